using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Tariffs;

/// <summary>Keeps billers, fees and their dated rates.</summary>
internal sealed class SetTariff(BillingDb db, ICaller caller, TimeProvider clock)
{
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
        var errors = new FieldErrors();
        errors.Required("unit", rate.Unit, 100);
        if (!errors.Any && !caller.May("billing.tariffs", rate.Unit))
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
        return errors.Any ? errors.ToRefusal() : await db.InTransaction(() => Save(clean, stop), stop);
    }

    private async Task<Outcome<TariffRate>> Save(TariffRate rate, CancellationToken stop)
    {
        // Holds the fee's row: of two rates that are set at once, the second sees the first.
        await db.Items.Where(i => i.Code == rate.Item)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.NameVi, i => i.NameVi), stop);
        var latest = await db.Rates
            .Where(r => r.Unit == rate.Unit && r.Item == rate.Item && r.Class == rate.Class)
            .OrderByDescending(r => r.ValidFrom)
            .FirstOrDefaultAsync(stop);
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
            SetBy = caller.Signature,
            SetAt = clock.GetUtcNow(),
        });
        await db.SaveChangesAsync(stop);
        return rate;
    }
}
