using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Receipts;
using TinhSo.Payments.Refunds;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Requests;

/// <summary>Everything that an officer may know of a request.</summary>
internal sealed record RequestCase(
    Payable Payable, Payment? Payment, IReadOnlyList<Refund> Refunds, IReadOnlyList<Change> History)
{
    public StoredRequest Request => Payable.Request!;

    /// <summary>What can still be given back, in đồng.</summary>
    public long Refundable => Payment is null ? 0 : Payment.Amount - Refunds
        .Where(refund => refund.State is not (StepState.Rejected or StepState.Failed)).Sum(refund => refund.Amount);
}

/// <summary>A refund that waits for a second person.</summary>
internal sealed record ProposedRefund(Refund Refund, string? RequestCode, string Payee);

/// <summary>Reads requests for officers.</summary>
internal sealed class FindRequests(PaymentsDb db, FindPayable find, ICaller caller)
{
    public const string Permission = "payments.read";

    /// <summary>A request by its id, whoever asks; or null.</summary>
    public async Task<Payable?> ById(Guid requestId, CancellationToken stop)
    {
        var request = await db.Requests.AsNoTracking().SingleOrDefaultAsync(r => r.Id == requestId, stop);
        return request is null ? null : await find.ByCode(request.Code, stop);
    }

    /// <summary>A request by its code with its history, or null when it is not there or not for this caller.</summary>
    public async Task<RequestCase?> Case(string? code, CancellationToken stop)
    {
        if (await find.ByCode(code, stop) is not { Request: { } request } payable
            || !caller.May(Permission, payable.Payee.Unit))
        {
            return null;
        }
        var payment = request.PaymentId is { } paymentId
            ? await db.Payments.AsNoTracking().SingleOrDefaultAsync(p => p.Id == paymentId, stop)
            : null;
        var refunds = payment is null
            ? []
            : await db.Refunds.AsNoTracking().Where(refund => refund.PaymentId == payment.Id)
                .OrderBy(refund => refund.ProposedAt).Take(100).ToListAsync(stop);
        return new RequestCase(payable, payment, refunds, await db.HistoryOf(request.Id, stop));
    }

    /// <summary>The refunds that this caller may approve or reject, oldest first.</summary>
    public async Task<IReadOnlyList<ProposedRefund>> RefundsToApprove(CancellationToken stop)
    {
        var waiting = await (
            from refund in db.Refunds.AsNoTracking()
            join payment in db.Payments.AsNoTracking() on refund.PaymentId equals payment.Id
            join payee in db.Payees.AsNoTracking() on payment.PayeeId equals payee.Id
            where refund.State == StepState.Proposed
            orderby refund.ProposedAt, refund.Id
            select new { refund, payment.RequestId, payee.Name, payee.Unit }).Take(500).ToListAsync(stop);
        var allowed = waiting.Where(row => caller.May(RefundDesk.ApprovePermission, row.Unit)).Take(100).ToList();
        var requestIds = allowed.Select(row => row.RequestId).OfType<Guid>().ToList();
        var codes = await db.Requests.AsNoTracking().Where(request => requestIds.Contains(request.Id))
            .ToDictionaryAsync(request => request.Id, request => request.Code, stop);
        return allowed.ConvertAll(row => new ProposedRefund(
            row.refund, row.RequestId is { } id ? codes.GetValueOrDefault(id) : null, row.Name));
    }
}
