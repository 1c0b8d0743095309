using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Billers;
using TinhSo.Billing.Services;
using TinhSo.Billing.Storage;
using TinhSo.Billing.Tariffs;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments;

namespace TinhSo.Billing.Bills;

/// <summary>Billing as the modules above it see it.</summary>
internal sealed class FindBills(
    BillingDb db, IssueBills issue, SetTariff tariff, LoadServices services, LoadDemoBillers demo, IPayments payments,
    ICaller caller, TimeProvider clock) : IBilling
{
    public Task<Outcome<Biller>> RegisterBiller(Biller biller, CancellationToken stop) =>
        tariff.RegisterBiller(biller, stop);

    public async Task<Biller?> FindBiller(string unit, CancellationToken stop) =>
        (await db.Billers.AsNoTracking().SingleOrDefaultAsync(b => b.Unit == unit, stop))?.ToBiller();

    public Task<LoadReport> LoadServices(string folder, CancellationToken stop) => services.Run(folder, stop);

    public Task<IReadOnlyList<string>> LoadDemo(CancellationToken stop) => demo.Load(stop);

    public Task<Outcome<FeeItem>> DefineItem(FeeItem item, CancellationToken stop) => tariff.DefineItem(item, stop);

    public Task<Outcome<TariffRate>> SetRate(TariffRate rate, CancellationToken stop) => tariff.SetRate(rate, stop);

    public Task<Outcome<Proposal>> ProposeRate(TariffRate rate, string? reason, CancellationToken stop) =>
        tariff.ProposeRate(rate, reason, stop);

    public async Task<IReadOnlyList<TariffRate>> Rates(string unit, CancellationToken stop) =>
        (await db.Rates.AsNoTracking().Where(r => r.Unit == unit)
            .OrderBy(r => r.Item).ThenBy(r => r.Class).ThenByDescending(r => r.ValidFrom)
            .Take(500).ToListAsync(stop)).ConvertAll(r => r.ToRate());

    public async Task<IReadOnlyDictionary<string, TariffRate>> RatesOn(
        string unit, DateOnly day, CancellationToken stop) =>
        (await db.Rates.AsNoTracking()
            .Where(r => r.Unit == unit && r.ValidFrom <= day && (r.ValidTo == null || r.ValidTo >= day))
            .ToListAsync(stop))
        .ToDictionary(r => r.Class.Length == 0 ? r.Item : $"{r.Item}/{r.Class}", r => r.ToRate());

    public async Task<IReadOnlyList<FeeItem>> Items(CancellationToken stop) =>
        (await db.Items.AsNoTracking().OrderBy(i => i.Code).Take(200).ToListAsync(stop)).ConvertAll(i => i.ToItem());

    public Task<Outcome<IssuedBills>> Issue(IReadOnlyList<BillOrder> orders, CancellationToken stop) =>
        issue.Issue(orders, stop);

    public async Task<Bill?> Find(Guid billId, CancellationToken stop) =>
        (await db.Bills.AsNoTracking().SingleOrDefaultAsync(b => b.Id == billId, stop))?.ToBill();

    public async Task<Page<Bill>> List(BillFilter filter, CancellationToken stop)
    {
        var limit = Math.Clamp(filter.Limit, 1, 200);
        var bills = Fitting(db.Bills.AsNoTracking(), filter);
        if (Cut(filter.Cursor) is { } after)
        {
            bills = bills.Where(b => b.Number.CompareTo(after) < 0);
        }
        var read = await bills.OrderByDescending(b => b.Number).Take(limit + 1).ToListAsync(stop);
        return Page.Cut(read.ConvertAll(b => b.ToBill()), limit, b => b.Number);
    }

    public async Task<IReadOnlyList<BillTotal>> Totals(string unit, string? period, CancellationToken stop) =>
        await db.Bills.AsNoTracking()
            .Where(b => b.Unit == unit && (period == null || b.Period == period))
            .GroupBy(b => new { b.Period, b.State })
            .OrderByDescending(g => g.Key.Period)
            .Select(g => new BillTotal(g.Key.Period, g.Key.State, g.LongCount(), g.Sum(b => b.Amount)))
            .Take(200).ToListAsync(stop);

    public async Task<Outcome<Receipt>> TakeCash(Guid paymentId, Guid billId, CancellationToken stop)
    {
        var errors = new FieldErrors();
        errors.Id("paymentId", paymentId);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        var bill = await Find(billId, stop);
        return bill is null
            ? KernelRefusals.NotFound
            : await payments.TakeCash(paymentId, billId, bill.Amount, stop);
    }

    public async Task<Outcome<Bill>> Cancel(Guid billId, string reason, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var why = errors.Required("reason", reason, 300);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        var bill = await db.Bills.AsNoTracking().SingleOrDefaultAsync(b => b.Id == billId, stop);
        if (bill is null || !caller.May("billing.cancel", bill.Unit))
        {
            return bill is null ? KernelRefusals.NotFound : KernelRefusals.Forbidden;
        }
        if (bill.State is BillState.Paid or BillState.Refunded)
        {
            return BillingRefusals.NotOwed;
        }
        if (await db.Claims.AnyAsync(c => c.BillId == billId, stop))
        {
            // A provider's bill has several requests: its own page withdraws it with all of them.
            return KernelRefusals.NotFound;
        }
        // The request first: once it is withdrawn no money can come for the bill.
        var withdrawn = await payments.Cancel(billId, why, stop);
        if (withdrawn.IsRefused(out var refusal, out _))
        {
            return refusal;
        }
        return await db.InTransaction<Outcome<Bill>>(() => Withdraw(billId, why, stop), stop);
    }

    private async Task<Outcome<Bill>> Withdraw(Guid billId, string why, CancellationToken stop)
    {
        var bill = await db.Bills.SingleAsync(b => b.Id == billId, stop);
        if (bill.State is BillState.Cancelled)
        {
            return bill.ToBill();
        }
        bill.State = BillState.Cancelled;
        var now = clock.GetUtcNow();
        db.Add(new ChangeRow
        {
            Id = Ids.New(clock),
            BillId = billId,
            At = now,
            Who = caller.Signature,
            What = "cancelled",
            Why = why,
        });
        db.Publish(new BillCancelled(bill.Id, bill.Unit, bill.Amount, now));
        await db.SaveChangesAsync(stop);
        return bill.ToBill();
    }

    private static IQueryable<BillRow> Fitting(IQueryable<BillRow> bills, BillFilter filter)
    {
        bills = If(bills, filter.Unit, unit => b => b.Unit == unit);
        bills = If(bills, filter.Customer, customer => b => b.Customer == customer);
        bills = If(bills, filter.Period, period => b => b.Period == period);
        if (filter.State is { } state)
        {
            bills = bills.Where(b => b.State == state);
        }
        var words = Cut(filter.Search);
        return If(bills, words, search =>
        {
            var folded = Words.Fold(search);
            var number = search.ToUpperInvariant();
            return b => b.CustomerFolded.Contains(folded) || b.Number.EndsWith(number);
        });
    }

    private static IQueryable<BillRow> If(
        IQueryable<BillRow> bills, string? wanted, Func<string, Expression<Func<BillRow, bool>>> condition) =>
        string.IsNullOrEmpty(wanted) ? bills : bills.Where(condition(wanted));

    private static string? Cut(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : typed.Trim();
}
