using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments;

namespace TinhSo.Billing.Bills;

/// <summary>Issues bills, each with a payment request of the same id.</summary>
/// <remarks>
/// The requests are opened first: a crash between leaves requests whose codes nobody has seen, and the same order,
/// given again, takes them up.
/// </remarks>
internal sealed class IssueBills(BillingDb db, IPayments payments, ICaller caller, TimeProvider clock)
{
    private const int OrdersMax = 500;

    public async Task<Outcome<IssuedBills>> Issue(IReadOnlyList<BillOrder> orders, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(orders.Count, OrdersMax);
        var ids = orders.Select(o => o.Id).ToList();
        var before = await db.Bills.Where(b => ids.Contains(b.Id)).Select(b => b.Id).ToHashSetAsync(stop);
        var wanted = orders.Where(o => !before.Contains(o.Id)).ToList();
        if (wanted.Count == 0)
        {
            return new IssuedBills(0, before.Count);
        }
        var units = wanted.Select(o => o.Unit).Distinct().ToList();
        var billers = await db.Billers.AsNoTracking()
            .Where(b => units.Contains(b.Unit)).ToDictionaryAsync(b => b.Unit, stop);
        if (Fault(wanted, billers) is { } fault)
        {
            return fault;
        }

        var opened = await payments.OpenAll([.. wanted.Select(o => RequestFor(o, billers[o.Unit]))], stop);
        if (opened.IsRefused(out var refusal, out var requests))
        {
            return refusal;
        }
        var codes = requests.ToDictionary(r => r.Id, r => r.Code);
        return await db.InTransaction(() => Save(wanted, billers, codes, stop), stop);
    }

    private static Refusal? Fault(List<BillOrder> orders, Dictionary<string, Tariffs.BillerRow> billers)
    {
        if (orders.Exists(o => !billers.ContainsKey(o.Unit)))
        {
            return BillingRefusals.NoSuchBiller;
        }
        var errors = new FieldErrors();
        foreach (var order in orders)
        {
            errors.Required("customerName", order.CustomerName);
            if (order.Lines.Count == 0 || order.Lines.Sum(l => l.Amount) <= 0)
            {
                errors.Add("lines", "Phiếu thu phải có số tiền.", "A bill must ask for an amount.");
            }
            if (!DateOnly.TryParseExact($"{order.Period}-01", "yyyy-MM-dd", out _))
            {
                errors.Add("period", "Kỳ thu có dạng 2026-11.", "A period looks like 2026-11.");
            }
        }
        return errors.Any ? errors.ToRefusal() : null;
    }

    private static PaymentOrder RequestFor(BillOrder order, Tariffs.BillerRow biller) => new(
        order.Id, biller.PayeeId, order.Lines.Sum(l => l.Amount), order.ServiceCode, order.Place,
        $"bill:{order.Id}", $"{biller.Name} – kỳ {order.Period[5..]}/{order.Period[..4]} – {order.CustomerName}",
        // The last day counts in full. A request that has expired can still be paid: the bill is overdue, not void.
        VietnamTime.StartOf(order.DueOn.AddDays(1)));

    private async Task<Outcome<IssuedBills>> Save(List<BillOrder> orders,
        Dictionary<string, Tariffs.BillerRow> billers, Dictionary<Guid, string> codes, CancellationToken stop)
    {
        var ids = orders.ConvertAll(o => o.Id);
        // Looked up again inside the transaction: another run may have issued some meanwhile.
        var before = await db.Bills.Where(b => ids.Contains(b.Id)).Select(b => b.Id).ToHashSetAsync(stop);
        var now = clock.GetUtcNow();
        var left = orders.Where(o => !before.Contains(o.Id)).ToList();
        var numbers = new Dictionary<string, Queue<string>>(StringComparer.Ordinal);
        foreach (var group in left.GroupBy(o => billers[o.Unit].Prefix))
        {
            numbers[group.Key] = await TakeNumbers(group.Key, VietnamTime.DayOf(now).Year, group.Count(), stop);
        }
        foreach (var order in left)
        {
            var bill = new BillRow
            {
                Id = order.Id,
                Number = numbers[billers[order.Unit].Prefix].Dequeue(),
                Unit = order.Unit,
                Customer = order.Customer,
                CustomerName = Words.Clean(order.CustomerName),
                CustomerFolded = Words.Fold(Words.Clean(order.CustomerName)),
                Period = order.Period,
                ServiceCode = order.ServiceCode,
                Place = order.Place,
                Lines = JsonSerializer.Serialize(order.Lines),
                Amount = order.Lines.Sum(l => l.Amount),
                DueOn = order.DueOn,
                State = BillState.Issued,
                IssuedAt = now,
                PayCode = codes[order.Id],
            };
            db.Add(bill);
            db.Add(new ChangeRow
            {
                Id = Ids.New(clock),
                BillId = bill.Id,
                At = now,
                Who = caller.Signature,
                What = "issued",
            });
            db.Publish(new BillIssued(bill.Id, bill.Unit, bill.Customer, bill.Period, bill.ServiceCode, bill.Place,
                bill.Amount, bill.DueOn, bill.Items(), now));
        }
        await db.SaveChangesAsync(stop);
        return new IssuedBills(left.Count, before.Count);
    }

    /// <summary>Takes consecutive numbers; the row's lock makes others wait until these are saved or given back.</summary>
    private async Task<Queue<string>> TakeNumbers(string prefix, int year, int count, CancellationToken stop)
    {
        var taken = db.Numbers.Where(n => n.Prefix == prefix && n.Year == year);
        if (await taken.ExecuteUpdateAsync(set => set.SetProperty(n => n.Last, n => n.Last + count), stop) == 0)
        {
            db.Add(new NumberRow { Prefix = prefix, Year = year, Last = count });
            await db.SaveChangesAsync(stop);
        }
        var last = await taken.AsNoTracking().Select(n => n.Last).SingleAsync(stop);
        return new(Enumerable.Range(1, count).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{prefix}-{year}-{last - count + i:D6}")));
    }
}
