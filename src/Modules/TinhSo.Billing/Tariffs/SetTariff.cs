using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Storage;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Tariffs;

/// <summary>Keeps billers, fees and their dated rates; a rate is proposed by one person and approved by another.
/// </summary>
internal sealed class SetTariff(BillingDb db, IProposals proposals, ICaller caller, TimeProvider clock)
    : ICarryOut<TariffRate>
{
    public const string Kind = "billing.rate";
    public const string ApprovePermission = "billing.tariffs-approve";

    public async Task<Outcome<Biller>> RegisterBiller(Biller biller, CancellationToken stop)
    {
        var errors = new FieldErrors();
        errors.Required("unit", biller.Unit, 100);
        errors.Id("payeeId", biller.PayeeId);
        var name = errors.Required("name", biller.Name);
        if (biller.Prefix.Length is < 2 or > 8
            || !biller.Prefix.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c)))
        {
            errors.Add("prefix", "Dùng 2 đến 8 chữ hoa không dấu hoặc chữ số.", "Use 2 to 8 plain capitals or digits.");
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        return await db.InTransaction(() => Save(biller with { Name = name }, stop), stop);
    }

    private async Task<Outcome<Biller>> Save(Biller biller, CancellationToken stop)
    {
        var row = await db.Billers.FindAsync([biller.Unit], stop);
        if (row is null)
        {
            if (await db.Billers.AnyAsync(b => b.Prefix == biller.Prefix, stop))
            {
                return BillingRefusals.PrefixTaken;
            }
            row = db.Add(new BillerRow
            {
                Unit = biller.Unit,
                Name = biller.Name,
                Prefix = biller.Prefix,
                PayeeId = biller.PayeeId,
            }).Entity;
        }
        else if (row.Prefix != biller.Prefix)
        {
            return BillingRefusals.PrefixTaken;
        }
        (row.Name, row.PayeeId) = (biller.Name, biller.PayeeId);
        await db.SaveChangesAsync(stop);
        return row.ToBiller();
    }

    public async Task<Outcome<FeeItem>> DefineItem(FeeItem item, CancellationToken stop)
    {
        var row = await db.Items.FindAsync([item.Code], stop);
        if (row is null)
        {
            row = new ItemRow { Code = item.Code, NameVi = "", NameEn = "", MeasureVi = "", MeasureEn = "" };
            db.Add(row);
        }
        (row.NameVi, row.NameEn) = (item.Name.Vi, item.Name.En);
        (row.MeasureVi, row.MeasureEn) = (item.Measure.Vi, item.Measure.En);
        await db.SaveChangesAsync(stop);
        return item;
    }

    public async Task<Outcome<TariffRate>> SetRate(TariffRate rate, CancellationToken stop)
    {
        if (caller.PersonId is not null)
        {
            return IdentityRefusals.NeedsSecondPerson;
        }
        return (await Check(rate, new(), stop)).IsRefused(out var refusal, out var clean)
            ? refusal : await db.InTransaction(() => Save(clean, caller.Signature, stop), stop);
    }

    public async Task<Outcome<Proposal>> ProposeRate(TariffRate rate, string? reason, CancellationToken stop)
    {
        var errors = new FieldErrors();
        errors.Required("reason", reason, 500);
        return (await Check(rate, errors, stop)).IsRefused(out var refusal, out var clean)
            ? refusal : await proposals.Propose(clean, reason, stop);
    }

    public async Task<Outcome<ProposedChange>> Foresee(TariffRate rate, CancellationToken stop)
    {
        var item = (await db.Items.AsNoTracking().SingleAsync(i => i.Code == rate.Item, stop)).ToItem();
        var biller = await db.Billers.AsNoTracking().SingleOrDefaultAsync(b => b.Unit == rate.Unit, stop);
        var latest = await Latest(rate).AsNoTracking().FirstOrDefaultAsync(stop);
        if (latest is not null && latest.ValidFrom >= rate.ValidFrom)
        {
            return BillingRefusals.RateNotLatest;
        }
        var (name, price) = (item.Name, Price(rate.PricePerMeasure, item.Measure));
        var zone = rate.Class.Length == 0 ? new Text("Tất cả", "All") : new(rate.Class, rate.Class);
        return new ProposedChange(rate.Unit,
            new($"Đặt mức thu {name.Vi}: {price.Vi} từ {Words.Date(rate.ValidFrom)}",
                $"Set the rate of {name.En}: {price.En} from {Words.Date(rate.ValidFrom)}"),
            [
                ProposedLine.Of("Đơn vị thu", "Biller", biller?.Name ?? rate.Unit, biller?.Name ?? rate.Unit),
                new(new("Khoản thu", "Fee"), name, name),
                new(new("Riêng cho khu", "Only for zone"), zone, zone),
                new(new("Mức thu", "Rate"),
                    latest is null ? new("–", "–") : Price(latest.PricePerMeasure, item.Measure), price),
                ProposedLine.Of("Áp dụng từ ngày", "From", latest is null ? null : Words.Date(latest.ValidFrom),
                    Words.Date(rate.ValidFrom)),
                ProposedLine.Of("Căn cứ pháp lý", "Legal basis", latest?.LegalBasis, rate.LegalBasis),
            ]);
    }

    public async Task<Refusal?> CarryOut(TariffRate rate, Proposal proposal, CancellationToken stop) =>
        (await db.InTransaction(() => Save(rate, proposal.ProposedBy, stop), stop)).IsRefused(out var refusal, out _)
            ? refusal : null;

    private static Text Price(long price, Text measure) =>
        new($"{Words.Dong(price)}/{measure.Vi}", $"{Words.Dong(price)}/{measure.En}");

    private async Task<Outcome<TariffRate>> Check(TariffRate rate, FieldErrors errors, CancellationToken stop)
    {
        var unit = errors.Required("unit", rate.Unit, 100);
        if (unit.Length > 0 && !caller.May("billing.tariffs", unit))
        {
            return KernelRefusals.Forbidden;
        }
        var clean = rate with
        {
            Item = errors.Required("item", rate.Item, 60),
            Class = errors.Optional("class", rate.Class, 40) ?? "",
            LegalBasis = errors.Required("legalBasis", rate.LegalBasis),
        };
        errors.Range("pricePerMeasure", rate.PricePerMeasure, 0, 1_000_000_000);
        errors.Day("validFrom", Words.Date(rate.ValidFrom));
        if (rate.ValidTo < rate.ValidFrom)
        {
            errors.Add("validTo", "Ngày kết thúc phải sau ngày bắt đầu.", "The last day must not precede the first.");
        }
        if (!errors.Any && !await db.Items.AnyAsync(i => i.Code == clean.Item, stop))
        {
            errors.Add("item", "Không có khoản thu này.", "There is no such fee.");
        }
        return errors.Any ? errors.ToRefusal() : clean;
    }

    private IQueryable<RateRow> Latest(TariffRate rate) => db.Rates
        .Where(r => r.Unit == rate.Unit && r.Item == rate.Item && r.Class == rate.Class)
        .OrderByDescending(r => r.ValidFrom);

    private async Task<Outcome<TariffRate>> Save(TariffRate rate, string setBy, CancellationToken stop)
    {
        // Holds the fee's row: of two rates that are set at once, the second sees the first.
        await db.Items.Where(i => i.Code == rate.Item)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.NameVi, i => i.NameVi), stop);
        var latest = await Latest(rate).FirstOrDefaultAsync(stop);
        if (latest is not null && latest.ValidFrom >= rate.ValidFrom)
        {
            // The very same rate again is a repeat, not a second change.
            return latest.ToRate() with { ValidTo = rate.ValidTo } == rate
                ? rate : BillingRefusals.RateNotLatest;
        }
        if (latest is not null && (latest.ValidTo is null || latest.ValidTo >= rate.ValidFrom))
        {
            latest.ValidTo = rate.ValidFrom.AddDays(-1);
        }
        db.Add(new RateRow
        {
            Id = Ids.New(clock),
            Unit = rate.Unit,
            Item = rate.Item,
            Class = rate.Class,
            PricePerMeasure = rate.PricePerMeasure,
            ValidFrom = rate.ValidFrom,
            ValidTo = rate.ValidTo,
            LegalBasis = rate.LegalBasis,
            SetBy = setBy,
            SetAt = clock.GetUtcNow(),
        });
        await db.SaveChangesAsync(stop);
        return rate;
    }
}
