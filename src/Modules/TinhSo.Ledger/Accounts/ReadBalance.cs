using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace TinhSo.Ledger.Accounts;

/// <summary>Shows what stood on an account at a moment, or stands on it now.</summary>
internal static class ReadBalance
{
    internal sealed record Response(Guid Account, DateTimeOffset At, LedgerBalance Balance);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        Guid id, DateTimeOffset? at, ILedger ledger, TimeProvider clock, CancellationToken stop)
    {
        var moment = at ?? clock.GetUtcNow();
        return await ledger.BalanceAt(id, moment, stop) is { } balance
            ? TypedResults.Ok(new Response(id, moment.ToUniversalTime(), balance))
            : LedgerRefusals.NoSuchAccount.ToProblem();
    }
}
