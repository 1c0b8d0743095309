using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace TinhSo.Ledger.Transfers;

/// <summary>Tells the root of a day, for anybody to note: it says nothing but that the past stands.</summary>
internal static class ReadRoot
{
    internal static async Task<Results<Ok<LedgerRoot>, ProblemHttpResult>> Handle(
        DateOnly day, ILedger ledger, CancellationToken stop) =>
        await ledger.RootOf(day, stop) is { } root
            ? TypedResults.Ok(root)
            : LedgerRefusals.NoRootYet.ToProblem();
}
