using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace TinhSo.Ledger.Accounts;

/// <summary>Shows one account with its balance as it stands.</summary>
internal static class ReadAccount
{
    internal sealed record Response(
        Guid Id, string Owner, string Kind, bool DebitsMustNotExceedCredits, bool CreditsMustNotExceedDebits,
        LedgerBalance Balance, DateTimeOffset OpenedAt);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        Guid id, ILedger ledger, CancellationToken stop) =>
        await ledger.Find(id, stop) is { } account
            ? TypedResults.Ok(new Response(account.Id, account.Owner, account.Kind,
                account.Rules.HasFlag(AccountRules.DebitsMustNotExceedCredits),
                account.Rules.HasFlag(AccountRules.CreditsMustNotExceedDebits),
                account.Balance, account.OpenedAt))
            : LedgerRefusals.NoSuchAccount.ToProblem();
}
