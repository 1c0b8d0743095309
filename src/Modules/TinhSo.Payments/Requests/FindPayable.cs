using Microsoft.EntityFrameworkCore;
using TinhSo.Payments.Payees;
using TinhSo.Payments.Points;
using TinhSo.Payments.Receipts;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Requests;

/// <summary>What a payer sees of a code.</summary>
/// <param name="Request">What is to be paid, or null when the code is a standing one.</param>
/// <param name="Point">The standing code, or null.</param>
/// <param name="Payee">Who is paid.</param>
/// <param name="Payload">The VietQR text; null once nothing more is to be paid.</param>
internal sealed record Payable(StoredRequest? Request, StoredPoint? Point, StoredPayee Payee, string? Payload)
{
    public string Code => (Request?.Code ?? Point?.Code)!;

    public string Memo => Memos.For(Code);

    public string Description => (Request?.Description ?? Point?.Description)!;
}

/// <summary>Looks codes up, for payers and for whoever checks a receipt.</summary>
internal sealed class FindPayable(PaymentsDb db)
{
    /// <summary>What can be paid under a code as typed, or null.</summary>
    public async Task<Payable?> ByCode(string? typed, CancellationToken stop)
    {
        if (Memos.Parse(typed) is not { } code
            || await db.Codes.AsNoTracking().SingleOrDefaultAsync(owner => owner.Code == code, stop) is not { } owner)
        {
            return null;
        }
        if (owner.PointId is { } pointId)
        {
            var point = await db.Points.AsNoTracking().SingleAsync(p => p.Id == pointId, stop);
            var seller = await db.Payees.AsNoTracking().SingleAsync(p => p.Id == point.PayeeId, stop);
            return new Payable(null, point, seller, Payloads.Of(point, seller));
        }
        var request = await db.Requests.AsNoTracking().SingleAsync(r => r.Id == owner.RequestId, stop);
        var payee = await db.Payees.AsNoTracking().SingleAsync(p => p.Id == request.PayeeId, stop);
        return new Payable(request, null, payee, request.IsPayable ? Payloads.Of(request, payee) : null);
    }

    /// <summary>A payment by its receipt's code as typed, with who was paid and what was given back; or null.</summary>
    public async Task<FoundReceipt?> Receipt(string? typed, CancellationToken stop)
    {
        if (Kernel.ShortCode.Parse(typed, Memos.ReceiptCodeLength) is not { } code
            || await db.Payments.AsNoTracking().SingleOrDefaultAsync(p => p.ReceiptCode == code, stop) is not { } found)
        {
            return null;
        }
        var payee = await db.Payees.AsNoTracking().SingleAsync(p => p.Id == found.PayeeId, stop);
        var refunds = await db.Refunds.AsNoTracking()
            .Where(refund => refund.PaymentId == found.Id && refund.State == Moves.StepState.Done).ToListAsync(stop);
        return new FoundReceipt(found, payee, refunds.Sum(refund => refund.Amount));
    }
}

/// <summary>A receipt, and what has become of its money.</summary>
internal sealed record FoundReceipt(Payment Payment, StoredPayee Payee, long Refunded);
