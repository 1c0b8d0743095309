using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Storage;
using TinhSo.Places;

namespace TinhSo.Payments.Requests;

/// <summary>Opens requests: all of a list, or none.</summary>
internal sealed class OpenRequests(PaymentsDb db, IPlaces places, ICaller caller, TimeProvider clock)
{
    public const int OrdersMax = 500;

    public async Task<Outcome<IReadOnlyList<PaymentRequest>>> Run(
        IReadOnlyList<PaymentOrder> orders, CancellationToken stop)
    {
        var errors = new FieldErrors();
        if (orders.Count > OrdersMax)
        {
            errors.Add("orders", $"Tối đa {OrdersMax} yêu cầu mỗi lần.", $"At most {OrdersMax} requests at once.");
            return errors.ToRefusal();
        }
        var clean = new List<PaymentOrder>(orders.Count);
        for (var i = 0; i < orders.Count; i++)
        {
            clean.Add(Check(orders[i], orders.Count == 1 ? "" : $"orders[{i}].", errors));
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        return await db.InTransaction(() => Open(clean, stop), stop);
    }

    private async Task<Outcome<IReadOnlyList<PaymentRequest>>> Open(List<PaymentOrder> orders, CancellationToken stop)
    {
        var ids = orders.ConvertAll(order => order.Id);
        var payeeIds = orders.Select(order => order.PayeeId).Distinct().ToList();
        var known = await db.Requests.Where(request => ids.Contains(request.Id)).ToDictionaryAsync(r => r.Id, stop);
        var payees = await db.Payees.Where(payee => payeeIds.Contains(payee.Id)).Select(p => p.Id).ToListAsync(stop);
        var opened = new List<StoredRequest>(orders.Count);
        var fresh = new List<StoredRequest>();
        foreach (var order in orders)
        {
            if (known.TryGetValue(order.Id, out var before))
            {
                if (!IsSame(order, before))
                {
                    return PaymentRefusals.IdUsedDifferently;
                }
                opened.Add(before);
                continue;
            }
            if (!payees.Contains(order.PayeeId))
            {
                return PaymentRefusals.NoSuchPayee;
            }
            var request = New(order);
            known.Add(request.Id, request);
            fresh.Add(request);
            opened.Add(request);
        }
        var now = clock.GetUtcNow();
        foreach (var request in fresh)
        {
            db.Requests.Add(request);
            // A code that is taken fails this row's key; the transaction is then done again with other codes.
            db.Codes.Add(new CodeOwner { Code = request.Code, RequestId = request.Id });
            db.Note(request.Id, ChangeKind.Opened, null, request.OpenedBy, now);
        }
        await db.SaveChangesAsync(stop);
        return opened.ConvertAll(request => request.ToRequest());
    }

    private StoredRequest New(PaymentOrder order) => new()
    {
        Id = order.Id,
        PayeeId = order.PayeeId,
        Code = ShortCode.New(Memos.CodeLength),
        Amount = order.Amount,
        ServiceCode = order.ServiceCode,
        Place = order.Place,
        Reference = order.Reference,
        Description = order.Description,
        DueAt = order.DueAt,
        State = PaymentState.Open,
        OpenedBy = caller.Signature,
        OpenedAt = clock.GetUtcNow(),
    };

    private PaymentOrder Check(PaymentOrder order, string at, FieldErrors errors)
    {
        if (order.Id == Guid.Empty)
        {
            errors.Add($"{at}id", "Thiếu mã định danh.", "The id is missing.");
        }
        errors.Range($"{at}amount", order.Amount, 1, Amounts.Max);
        return order with
        {
            ServiceCode = ServiceCodes.Check($"{at}serviceCode", order.ServiceCode, errors),
            Place = ServiceCodes.CheckPlace($"{at}place", order.Place, places, errors),
            Reference = errors.Required($"{at}reference", order.Reference, 100),
            Description = errors.Required($"{at}description", order.Description, 200),
            DueAt = Amounts.ToMicroseconds(order.DueAt),
        };
    }

    private static bool IsSame(PaymentOrder order, StoredRequest before) =>
        order == new PaymentOrder(before.Id, before.PayeeId, before.Amount, before.ServiceCode, before.Place,
            before.Reference, before.Description, before.DueAt);
}
