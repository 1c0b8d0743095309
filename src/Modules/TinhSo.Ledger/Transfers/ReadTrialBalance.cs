using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace TinhSo.Ledger.Transfers;

/// <summary>Shows the proof that nothing was lost.</summary>
internal static class ReadTrialBalance
{
    internal static async Task<Ok<TrialBalance>> Handle(ILedger ledger, CancellationToken stop) =>
        TypedResults.Ok(await ledger.TrialBalance(stop));
}
