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
    private const int CustomerNameMax = 150;

    public Task<Outcome<IssuedBills>> Issue(IReadOnlyList<BillOrder> orders, CancellationToken stop) =>
        Issue(orders, Description, static _ => { }, stop);

    /// <summary>Issues bills of which more is kept than of a market's.</summary>
    /// <param name="orders">At most 500.</param>
    /// <param name="describe">What payers are told a bill is for; the same each time.</param>
    /// <param name="keep">Adds what else belongs to a new bill, in the transaction that saves it.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<Outcome<IssuedBills>> Issue(IReadOnlyList<BillOrder> orders, Func<BillOrder, string> describe,
        Action<BillRow> keep, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(orders.Count, OrdersMax);
        var ids = orders.Select(o => o.Id).ToList();
        var before = await db.Bills.Where(b => ids.Contains(b.Id)).Select(b => b.Id).ToHashSetAsync(stop);
        var wanted = orders.Where(o => !before.Contains(o.Id)).DistinctBy(o => o.Id).ToList();
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

        var opened = await payments.OpenAll(
            [.. wanted.Select(o => RequestFor(o, billers[o.Unit].PayeeId, describe))], stop);
        if (opened.IsRefused(out var refusal, out var requests))
        {
            return refusal;
        }
        var codes = requests.ToDictionary(r => r.Id, r => r.Code);
        return await db.InTransaction(() => Save(wanted, billers, codes, keep, stop), stop);
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
            errors.Id("id", order.Id);
            errors.Required("customerName", order.CustomerName, CustomerNameMax);
            errors.Month("period", order.Period);
            errors.Day("dueOn", order.DueOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            if (order.Lines.Sum(l => l.Amount) <= 0)
            {
                errors.Add("lines", "Phiếu thu phải có số tiền.", "A bill must ask for an amount.");
            }
            if (order.Lines.Any(l => l.Amount < 0 || l.Amount != BillLine.AmountOf(l.Quantity, l.PricePerMeasure)))
            {
                errors.Add("lines", "Thành tiền phải bằng số lượng nhân đơn giá.",
                    "An amount must be quantity times price.");
            }
        }
        return errors.Any ? errors.ToRefusal() : null;
    }

    // Who is paid stands beside the description wherever that is shown. What falls due with the bill's last day is
    // overdue afterwards, not void: it can still be paid, and counts as late.
    private static PaymentOrder RequestFor(BillOrder order, Guid payeeId, Func<BillOrder, string> describe) => new(
        order.Id, payeeId, order.Lines.Sum(l => l.Amount), order.ServiceCode, order.Place, $"bill:{order.Id}",
        describe(order), EndOf(order.DueOn));

    private static string Description(BillOrder order) =>
        $"Phí tháng {order.Period[5..]}/{order.Period[..4]} – {Words.Clean(order.CustomerName)}, "
        + $"hạn nộp {Words.Date(order.DueOn)}";

    /// <summary>The last moment of a day in Vietnam.</summary>
    public static DateTimeOffset EndOf(DateOnly day) => VietnamTime.StartOf(day.AddDays(1)).AddMicroseconds(-1);

    private async Task<Outcome<IssuedBills>> Save(List<BillOrder> orders,
        Dictionary<string, Tariffs.BillerRow> billers, Dictionary<Guid, string> codes, Action<BillRow> keep,
        CancellationToken stop)
    {
        var ids = orders.ConvertAll(o => o.Id);
        // Looked up again inside the transaction: another run may have issued some meanwhile.
        var before = await db.Bills.Where(b => ids.Contains(b.Id)).Select(b => b.Id).ToHashSetAsync(stop);
        var now = clock.GetUtcNow();
        var left = orders.Where(o => !before.Contains(o.Id)).ToList();
        var numbers = new Dictionary<string, Queue<string>>(StringComparer.Ordinal);
        // Rows are locked in one order by all, so that no two runs can wait for each other.
        foreach (var group in left.GroupBy(o => billers[o.Unit].Prefix).OrderBy(g => g.Key, StringComparer.Ordinal))
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
            keep(bill);
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

    /// <summary>
    /// Takes consecutive numbers; the row's lock makes others wait until these are saved or given back.
    /// </summary>
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
