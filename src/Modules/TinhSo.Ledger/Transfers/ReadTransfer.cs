using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TinhSo.Kernel.Http;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Transfers;

/// <summary>Shows one transfer.</summary>
internal static class ReadTransfer
{
    internal sealed record Response(
        long Position, Guid Id, string Kind, Guid Debit, Guid Credit, long Amount, string Code, string Channel,
        string? Place, string? Reference, Guid? Original, DateTimeOffset? ExpiresAt, DateTimeOffset PostedAt)
    {
        internal static Response Of(LedgerTransfer transfer) => new(
            transfer.Position, transfer.Id, Columns.Kind(transfer.Kind), transfer.Debit, transfer.Credit,
            transfer.Amount, transfer.Code, transfer.Channel, transfer.Place, transfer.Reference, transfer.Original,
            transfer.ExpiresAt, transfer.PostedAt);
    }

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        Guid id, ILedger ledger, CancellationToken stop) =>
        await ledger.FindTransfer(id, stop) is { } transfer
            ? TypedResults.Ok(Response.Of(transfer))
            : KernelRefusals.NotFound.ToProblem();
}
