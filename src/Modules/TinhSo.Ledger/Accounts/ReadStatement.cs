using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Ledger.Transfers;
using TinhSo.Ledger.Writing;

namespace TinhSo.Ledger.Accounts;

/// <summary>Shows an account's transfers, newest first, a page at a time.</summary>
internal static class ReadStatement
{
    private const int LimitDefault = 50;
    private const int LimitMax = 500;

    internal sealed record Line(ReadTransfer.Response Transfer, long Change, long CreditBalance);

    internal static async Task<Results<Ok<Page<Line>>, ProblemHttpResult>> Handle(
        Guid id, string? cursor, int? limit, ILedger ledger, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var atMost = (int)errors.Range("limit", limit ?? LimitDefault, 1, LimitMax);
        if (!SingleWriterLedger.TryReadCursor(cursor, out _))
        {
            errors.Add("cursor", "Hãy gửi lại nguyên giá trị “next” của trang trước.",
                "Send back the “next” of the page before, unchanged.");
        }
        if (errors.Any)
        {
            return errors.ToRefusal().ToProblem();
        }
        if (await ledger.Find(id, stop) is null)
        {
            return LedgerRefusals.NoSuchAccount.ToProblem();
        }
        var page = await ledger.Statement(id, cursor, atMost, stop);
        return TypedResults.Ok(new Page<Line>(
            [.. page.Items.Select(l => new Line(ReadTransfer.Response.Of(l.Transfer), l.Change, l.CreditBalance))],
            page.Next));
    }
}
