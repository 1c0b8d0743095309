using Microsoft.EntityFrameworkCore;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Requests;

/// <summary>Marks requests that were not paid when they fell due.</summary>
internal sealed class ExpireRequests(PaymentsDb db, TimeProvider clock)
{
    private const int BatchMax = 500;

    /// <summary>Expires what is due, up to a batch, and answers how many there were.</summary>
    public async Task<int> Step(CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var due = await db.Requests.AsNoTracking()
            .Where(request => request.State == PaymentState.Open && request.DueAt < now
                && request.PaymentId == null)
            .OrderBy(request => request.DueAt).ThenBy(request => request.Id)
            .Take(BatchMax).Select(request => request.Id).ToListAsync(stop);
        if (due.Count == 0)
        {
            return 0;
        }
        return await db.InTransaction(async () =>
        {
            // Looked at again under the lock of writing: money may have come in between.
            var requests = await db.Requests
                .Where(request => due.Contains(request.Id) && request.State == PaymentState.Open
                    && request.PaymentId == null)
                .OrderBy(request => request.Id).ToListAsync(stop);
            foreach (var request in requests)
            {
                request.State = PaymentState.Expired;
                request.Version++;
                db.Note(request.Id, ChangeKind.Expired, null, "system", now);
            }
            await db.SaveChangesAsync(stop);
            return requests.Count;
        }, stop);
    }
}
