using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Requests;
using TinhSo.Payments.Storage;
using TinhSo.Places;

namespace TinhSo.Payments.Points;

/// <summary>Opens a standing code.</summary>
internal sealed class OpenPoint(PaymentsDb db, IPlaces places, ICaller caller, TimeProvider clock)
{
    public async Task<Outcome<PaymentPoint>> Run(PointOrder order, CancellationToken stop)
    {
        var errors = new FieldErrors();
        if (order.Id == Guid.Empty)
        {
            errors.Add("id", "Thiếu mã định danh.", "The id is missing.");
        }
        var clean = order with
        {
            ServiceCode = ServiceCodes.Check("serviceCode", order.ServiceCode, errors),
            Place = ServiceCodes.CheckPlace("place", order.Place, places, errors),
            Reference = errors.Required("reference", order.Reference, 100),
            Description = errors.Required("description", order.Description, 200),
        };
        return errors.Any ? errors.ToRefusal() : await db.InTransaction(() => Open(clean, stop), stop);
    }

    private async Task<Outcome<PaymentPoint>> Open(PointOrder order, CancellationToken stop)
    {
        if (await db.Points.FindAsync([order.Id], stop) is { } before)
        {
            var same = order == new PointOrder(before.Id, before.PayeeId, before.ServiceCode, before.Place,
                before.Reference, before.Description);
            return same ? before.ToPoint() : PaymentRefusals.IdUsedDifferently;
        }
        if (await db.Payees.FindAsync([order.PayeeId], stop) is null)
        {
            return PaymentRefusals.NoSuchPayee;
        }
        var point = new StoredPoint
        {
            Id = order.Id,
            PayeeId = order.PayeeId,
            Code = ShortCode.New(Memos.CodeLength),
            ServiceCode = order.ServiceCode,
            Place = order.Place,
            Reference = order.Reference,
            Description = order.Description,
            OpenedBy = caller.Signature,
            OpenedAt = clock.GetUtcNow(),
        };
        db.Points.Add(point);
        db.Codes.Add(new CodeOwner { Code = point.Code, PointId = point.Id });
        await db.SaveChangesAsync(stop);
        return point.ToPoint();
    }
}
