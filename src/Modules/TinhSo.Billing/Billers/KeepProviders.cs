using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Services;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Billers;

/// <summary>Registers providers, and keeps what they bill and how.</summary>
internal sealed class KeepProviders(BillingDb db, LoadServices services, ICaller caller, TimeProvider clock)
{
    public const string RegisterPermission = "billers.register";
    public const string ManagePermission = "billers.manage";
    private const long PartMax = 1_000_000_000;
    private const int InstalmentsMost = 36;

    /// <summary>Registers a provider; the same order again changes nothing.</summary>
    public async Task<Outcome<Provider>> Register(ProviderOrder order, CancellationToken stop)
    {
        if (!caller.May(RegisterPermission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        errors.Id("id", order.Id);
        var prefix = errors.Required("prefix", order.Prefix, 8).ToUpperInvariant();
        if (prefix.Length is < 2 or > 8 || !prefix.All(char.IsAsciiLetterOrDigit))
        {
            errors.Add("prefix", "Dùng 2 đến 8 chữ không dấu hoặc chữ số.", "Use 2 to 8 plain letters or digits.");
        }
        var terms = await Check(order, errors, stop);
        return errors.Any
            ? errors.ToRefusal() : await db.InTransaction(() => Save(order.Id, prefix, terms, stop), stop);
    }

    /// <summary>Changes what a provider bills and how; bills issued so far stay as they are.</summary>
    public async Task<Outcome<Provider>> Change(ProviderOrder order, CancellationToken stop)
    {
        var provider = await db.Providers.AsNoTracking().SingleOrDefaultAsync(p => p.Id == order.Id, stop);
        if (provider is null || !caller.May(ManagePermission, provider.Unit))
        {
            return provider is null ? KernelRefusals.NotFound : KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        var terms = await Check(order, errors, stop);
        return errors.Any ? errors.ToRefusal() : await db.InTransaction(() => Put(order.Id, terms, stop), stop);
    }

    /// <summary>The terms in their stored form, on a row that is not saved.</summary>
    private async Task<(ProviderRow Row, List<string> Services)> Check(
        ProviderOrder order, FieldErrors errors, CancellationToken stop)
    {
        var name = errors.Required("name", order.Name, 150);
        var known = (await services.Today(stop)).Select(s => s.Code).ToHashSet(StringComparer.Ordinal);
        var wanted = (order.Services ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (wanted.Count == 0 || wanted.Exists(code => !known.Contains(code)))
        {
            errors.Add("services", "Hãy chọn ít nhất một dịch vụ trong danh mục.",
                "Choose at least one service of the catalogue.");
        }
        var (customerPattern, customerCheck) = Format("customer", order.CustomerPattern, order.CustomerCheck, errors);
        var (referencePattern, referenceCheck) =
            Format("reference", order.ReferencePattern, order.ReferenceCheck, errors);
        var example = CodeFormat.Clean(errors.Required("customerExample", order.CustomerExample, CodeFormat.CodeMax));
        if (!errors.Any && !new CodeFormat(customerPattern, customerCheck).Fits(example))
        {
            errors.Add("customerExample", "Mã mẫu không khớp với định dạng.", "The example does not have the form.");
        }
        return (new ProviderRow
        {
            Id = order.Id,
            Unit = ProviderRow.UnitOf(order.Id),
            Name = name,
            Folded = Words.Fold(name),
            Prefix = "",
            CustomerPattern = customerPattern,
            CustomerCheck = customerCheck,
            CustomerExample = example,
            ReferencePattern = referencePattern,
            ReferenceCheck = referenceCheck,
            TakesParts = order.TakesParts,
            PartMin = order.TakesParts ? errors.Dong("partMin", order.PartMin, 1_000, PartMax) : 1_000,
            InstalmentsMax = string.IsNullOrWhiteSpace(order.InstalmentsMax)
                ? 0 : (int)errors.Whole("instalmentsMax", order.InstalmentsMax, 0, InstalmentsMost),
            RegisteredBy = caller.Signature,
            RegisteredAt = clock.GetUtcNow(),
        }, wanted);
    }

    private static (string Pattern, CheckRule Check) Format(
        string of, string? pattern, string? check, FieldErrors errors)
    {
        var clean = errors.Required($"{of}Pattern", pattern, CodeFormat.PatternMax);
        if (clean.Length > 0 && !CodeFormat.IsPattern(clean))
        {
            errors.Add($"{of}Pattern", "Không đọc được mẫu này. Ví dụ mẫu đúng: [A-Z]{2}[0-9]{11}.",
                "This pattern cannot be read. A right one is [A-Z]{2}[0-9]{11}.");
        }
        return (clean,
            string.IsNullOrWhiteSpace(check) ? CheckRule.None : errors.Choice<CheckRule>($"{of}Check", check));
    }

    private async Task<Outcome<Provider>> Save(
        Guid id, string prefix, (ProviderRow Row, List<string> Services) terms, CancellationToken stop)
    {
        if (await db.Providers.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, stop) is { } before)
        {
            return before.Prefix == prefix ? await Put(id, terms, stop) : BillingRefusals.PrefixTaken;
        }
        if (await db.Providers.AnyAsync(p => p.Prefix == prefix, stop)
            || await db.Billers.AnyAsync(b => b.Prefix == prefix, stop))
        {
            return BillingRefusals.PrefixTaken;
        }
        var row = terms.Row;
        db.Add(new ProviderRow
        {
            Id = id,
            Unit = row.Unit,
            Name = row.Name,
            Folded = row.Folded,
            Prefix = prefix,
            CustomerPattern = row.CustomerPattern,
            CustomerCheck = row.CustomerCheck,
            CustomerExample = row.CustomerExample,
            ReferencePattern = row.ReferencePattern,
            ReferenceCheck = row.ReferenceCheck,
            TakesParts = row.TakesParts,
            PartMin = row.PartMin,
            InstalmentsMax = row.InstalmentsMax,
            RegisteredBy = row.RegisteredBy,
            RegisteredAt = row.RegisteredAt,
        });
        await db.SaveChangesAsync(stop);
        return await Put(id, terms, stop);
    }

    private async Task<Outcome<Provider>> Put(
        Guid id, (ProviderRow Row, List<string> Services) terms, CancellationToken stop)
    {
        var (to, wanted) = terms;
        var row = await db.Providers.SingleAsync(p => p.Id == id, stop);
        (row.Name, row.Folded) = (to.Name, to.Folded);
        (row.CustomerPattern, row.CustomerCheck, row.CustomerExample) =
            (to.CustomerPattern, to.CustomerCheck, to.CustomerExample);
        (row.ReferencePattern, row.ReferenceCheck) = (to.ReferencePattern, to.ReferenceCheck);
        (row.TakesParts, row.PartMin, row.InstalmentsMax) = (to.TakesParts, to.PartMin, to.InstalmentsMax);
        var has = await db.ProviderServices.Where(s => s.ProviderId == id).ToListAsync(stop);
        db.RemoveRange(has.Where(s => !wanted.Contains(s.Service)));
        db.AddRange(wanted.Except(has.Select(s => s.Service))
            .Select(service => new ProviderServiceRow { ProviderId = id, Service = service }));
        await db.SaveChangesAsync(stop);
        return Provider.Of(row, wanted);
    }

    /// <summary>How a bound of the terms is typed.</summary>
    public static string Typed(long number) => number.ToString(CultureInfo.InvariantCulture);
}
