using TinhSo.Kernel.Http;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Requests;

/// <summary>Withdraws a request for which no money has come.</summary>
internal sealed class CancelRequest(PaymentsDb db, ICaller caller, TimeProvider clock)
{
    public Task<Outcome<PaymentRequest>> Run(Guid requestId, string? reason, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var why = errors.Required("reason", reason, 500);
        return errors.Any
            ? Task.FromResult<Outcome<PaymentRequest>>(errors.ToRefusal())
            : db.InTransaction(() => Cancel(requestId, why, stop), stop);
    }

    private async Task<Outcome<PaymentRequest>> Cancel(Guid requestId, string reason, CancellationToken stop)
    {
        if (await db.Lock<StoredRequest>(requestId, stop) is not { } request)
        {
            return KernelRefusals.NotFound;
        }
        if (request.State is PaymentState.Cancelled)
        {
            return request.ToRequest();
        }
        if (!request.IsPayable)
        {
            return PaymentRefusals.AlreadyPaid;
        }
        request.State = PaymentState.Cancelled;
        db.Note(request.Id, ChangeKind.Cancelled, reason, caller.Signature, clock.GetUtcNow());
        await db.SaveChangesAsync(stop);
        return request.ToRequest();
    }
}
