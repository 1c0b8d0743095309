using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Payees;
using TinhSo.Payments.Points;
using TinhSo.Payments.Receipts;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Requests;

/// <summary>The module's contract, each call led to its use case.</summary>
internal sealed class PaymentDesk(PaymentsDb db, RegisterPayee registerPayee, OpenRequests openRequests,
    CancelRequest cancelRequest, TakeCash takeCash, OpenPoint openPoint) : IPayments
{
    public Task<Outcome<Payee>> RegisterPayee(PayeeOrder order, CancellationToken stop) =>
        registerPayee.Run(order, stop);

    public Outcome<PayeeOrder> CheckPayee(PayeeOrder order) => Payees.RegisterPayee.Check(order);

    public async Task<Payee?> FindPayee(Guid payeeId, CancellationToken stop) =>
        (await db.Payees.AsNoTracking().SingleOrDefaultAsync(payee => payee.Id == payeeId, stop))?.ToPayee();

    public async Task<Outcome<PaymentRequest>> Open(PaymentOrder order, CancellationToken stop)
    {
        var opened = await openRequests.Run([order], stop);
        return opened.Match<Outcome<PaymentRequest>>(requests => requests[0], refusal => refusal);
    }

    public Task<Outcome<IReadOnlyList<PaymentRequest>>> OpenAll(
        IReadOnlyList<PaymentOrder> orders, CancellationToken stop) => openRequests.Run(orders, stop);

    public Task<Outcome<PaymentRequest>> Cancel(Guid requestId, string reason, CancellationToken stop) =>
        cancelRequest.Run(requestId, reason, stop);

    public async Task<PaymentRequest?> Find(Guid requestId, CancellationToken stop) =>
        (await db.Requests.AsNoTracking().SingleOrDefaultAsync(r => r.Id == requestId, stop))?.ToRequest();

    public Task<Outcome<Receipt>> TakeCash(Guid paymentId, Guid requestId, long amount, CancellationToken stop) =>
        takeCash.ForRequest(paymentId, requestId, amount, stop);

    public Task<Outcome<Receipt>> TakeCashAtPoint(
        Guid paymentId, Guid pointId, long amount, CancellationToken stop) =>
        takeCash.AtPoint(paymentId, pointId, amount, stop);

    public Task<Outcome<PaymentPoint>> OpenPoint(PointOrder order, CancellationToken stop) =>
        openPoint.Run(order, stop);

    public async Task<PaymentPoint?> FindPoint(Guid pointId, CancellationToken stop) =>
        (await db.Points.AsNoTracking().SingleOrDefaultAsync(point => point.Id == pointId, stop))?.ToPoint();

    public async Task<string?> PointPayload(Guid pointId, CancellationToken stop)
    {
        var point = await db.Points.AsNoTracking().SingleOrDefaultAsync(p => p.Id == pointId, stop);
        if (point is null)
        {
            return null;
        }
        var payee = await db.Payees.AsNoTracking().SingleAsync(p => p.Id == point.PayeeId, stop);
        return Payloads.Of(point, payee);
    }

    public async Task<Receipt?> FindReceipt(Guid paymentId, CancellationToken stop) =>
        (await db.Payments.AsNoTracking().SingleOrDefaultAsync(one => one.Id == paymentId, stop))?.ToReceipt();

    public async Task<IReadOnlyList<Receipt>> MoneyIn(
        Guid payeeId, DateTimeOffset since, int limit, CancellationToken stop)
    {
        var from = since.ToUniversalTime();
        var payments = await db.Payments.AsNoTracking()
            .Where(payment => payment.PayeeId == payeeId && payment.ReceivedAt >= from)
            .OrderByDescending(payment => payment.ReceivedAt).ThenByDescending(payment => payment.Id)
            .Take(Math.Clamp(limit, 1, 500)).ToListAsync(stop);
        return payments.ConvertAll(payment => payment.ToReceipt());
    }
}
