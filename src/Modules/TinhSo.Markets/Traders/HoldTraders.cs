using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TinhSo.Billing;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Privacy;
using TinhSo.Markets.Stalls;
using TinhSo.Markets.Storage;
using TinhSo.Payments;

namespace TinhSo.Markets.Traders;

/// <summary>Markets' part of the register of personal data: traders, and the bills of the stalls they rented.</summary>
internal sealed class HoldTraders(MarketsDb db, IBilling billing) : IHoldPersonalData
{
    private const string Contracts = "contracts";
    private const string Money = "money";
    private const int RowsMax = 500;

    private static readonly string[] Boards = [Roles.MarketManager, Roles.Collector];
    private static readonly Text Letting =
        new("Cho thuê điểm kinh doanh, thu phí", "To let stalls and to collect the fees");
    private static readonly Text BeingPaid =
        new("Người mua chuyển tiền đúng chủ quầy", "So that buyers pay the right trader");

    public IReadOnlyList<HeldField> Register { get; } =
    [
        Of("name", new("Tên hộ kinh doanh", "Trader's name"), Letting, [.. Boards, Roles.Treasurer, Roles.Leader]),
        Of("folded", new("Tên không dấu, để tìm", "Name without marks, to search by"), Letting, []) with
        {
            IsSecret = true,
        },
        Of("tax_code", new("Mã số thuế", "Tax code"), Letting, Boards),
        Of("phone", new("Điện thoại", "Phone"), Letting, Boards),
        Of("account_number", new("Số tài khoản nhận tiền, in trên biển mã QR", "Account, printed on the QR sign"),
            BeingPaid, Boards),
        Of("account_name", new("Chủ tài khoản, in trên biển mã QR", "Account holder, printed on the QR sign"),
            BeingPaid, Boards),
        new("markets_tenancy", "trader_id", new("Điểm kinh doanh đã thuê", "Stalls rented"), Letting,
            HeldBecause.OfContract, Contracts, Boards),
    ];

    public IReadOnlyList<string> Retires => [];

    public async Task<IReadOnlyList<HeldValue>> Collect(DataSubject subject, CancellationToken stop)
    {
        var held = new List<HeldValue>();
        foreach (var trader in await Traders(subject, stop))
        {
            (string Column, string? Value)[] fields =
            [
                ("name", trader.Name), ("tax_code", trader.TaxCode), ("phone", trader.Phone),
                ("account_number", trader.AccountNumber is null ? null
                    : $"{Banks.NameOf(trader.BankBin!)} {trader.AccountNumber}"), ("account_name", trader.AccountName),
            ];
            held.AddRange(fields.Where(field => field.Value is not null)
                .Select(field => new HeldValue("markets_trader", field.Column, trader.Name, field.Value!)));
            foreach (var (tenancy, stall) in await Tenancies(trader.Id, stop))
            {
                held.Add(new("markets_tenancy", "trader_id", stall,
                    $"{Words.Date(tenancy.ValidFrom)} – {(tenancy.ValidTo is { } to ? Words.Date(to) : "…")}"));
                held.AddRange(await Bills(tenancy, stop));
            }
        }
        return held;
    }

    public async Task<IReadOnlyList<ErasedOrKept>> Erase(DataSubject subject, CancellationToken stop)
    {
        var bills = (await Collect(subject, stop)).Count(held => held.Table == "billing_bill");
        var outcome = await db.InTransaction(() => EraseInTransaction(subject, stop), stop);
        return bills == 0 ? outcome
            : [.. outcome, new(new("Phiếu thu đã phát hành", "Bills that were issued"), bills, Money)];
    }

    public Task<long> Retire(string rule, DateTimeOffset before, CancellationToken stop) =>
        throw new ArgumentException($"Markets retires nothing by {rule}.", nameof(rule));

    private async Task<List<ErasedOrKept>> EraseInTransaction(DataSubject subject, CancellationToken stop)
    {
        var outcome = new List<ErasedOrKept>();
        foreach (var trader in await Traders(subject, stop))
        {
            var stalls = await db.Stalls.CountAsync(stall => stall.TraderId == trader.Id, stop);
            if (stalls > 0)
            {
                outcome.Add(new(new("Hồ sơ hộ kinh doanh", "The trader's record"), 1, Contracts, new(
                    "Hộ đang thuê điểm kinh doanh; khi trả điểm thì xóa được.",
                    "The trader rents a stall; once it is given up the record can be erased.")));
                continue;
            }
            (trader.Name, trader.Folded) = ("Hộ đã xóa dữ liệu", Words.Fold("Hộ đã xóa dữ liệu"));
            (trader.Phone, trader.TaxCode) = (null, null);
            (trader.BankBin, trader.AccountNumber, trader.AccountName) = (null, null, null);
            outcome.Add(new(new("Hồ sơ hộ kinh doanh", "The trader's record"), 1, null));
        }
        await db.SaveChangesAsync(stop);
        return outcome;
    }

    private Task<List<Trader>> Traders(DataSubject subject, CancellationToken stop)
    {
        var ids = subject.Units.Select(Units.PayeeOf).OfType<Guid>().ToList();
        return db.Traders.Where(trader => ids.Contains(trader.Id)).OrderBy(trader => trader.Id).Take(RowsMax)
            .ToListAsync(stop);
    }

    private async Task<List<(Tenancy Tenancy, string Stall)>> Tenancies(Guid traderId, CancellationToken stop)
    {
        var rows = await (from tenancy in db.Tenancies.AsNoTracking()
                          join stall in db.Stalls on tenancy.StallId equals stall.Id
                          join market in db.Markets on stall.MarketId equals market.Id
                          where tenancy.TraderId == traderId
                          orderby tenancy.ValidFrom descending, tenancy.Id
                          select new { Tenancy = tenancy, stall.Code, market.Name }).Take(50).ToListAsync(stop);
        return rows.ConvertAll(row => (row.Tenancy, $"{row.Code}, {row.Name}"));
    }

    // A stall's bills are this trader's for the time of the tenancy: before and after it they tell of somebody else.
    private async Task<IEnumerable<HeldValue>> Bills(Tenancy tenancy, CancellationToken stop)
    {
        var bills = await billing.List(new BillFilter(Customer: Stall.CustomerOf(tenancy.StallId), Limit: 200), stop);
        return bills.Items
            .Where(bill => VietnamTime.DayOf(bill.IssuedAt) is var day && day >= tenancy.ValidFrom
                && (tenancy.ValidTo is null || day <= tenancy.ValidTo))
            .Select(bill => new HeldValue("billing_bill", "customer_name", bill.Number,
                string.Create(CultureInfo.InvariantCulture,
                    $"{bill.CustomerName}, {bill.Period}, {Words.Dong(bill.Amount)}")));
    }

    private static HeldField Of(string column, Text what, Text purpose, IReadOnlyList<string> whoMaySee) =>
        new("markets_trader", column, what, purpose, HeldBecause.OfContract, Contracts, whoMaySee);
}
