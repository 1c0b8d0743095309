using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Services;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Billers;

/// <summary>A service and who can be paid for it, as payers choose.</summary>
/// <param name="Code">Such as <c>utility.water</c>.</param>
/// <param name="Name">As payers see it.</param>
/// <param name="Providers">How many can be paid for it.</param>
internal sealed record ServiceChoice(string Code, string Name, int Providers);

/// <summary>A provider, as payers choose it.</summary>
internal sealed record PayableProvider(Guid Id, string Name, string CustomerExample);

/// <summary>Finds providers: for payers those that can be paid, for officers those of their units.</summary>
internal sealed class FindProviders(BillingDb db, LoadServices services, ICaller caller) : INameUnits
{
    public const string Permission = "billers.read";
    private const int ListMax = 500;
    private const int NamedMax = 1_000;

    /// <summary>A provider that this caller may see, or null.</summary>
    public async Task<Provider?> Find(Guid id, CancellationToken stop)
    {
        var row = await db.Providers.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, stop);
        return row is null || !caller.May(Permission, row.Unit) ? null : Provider.Of(row, await ServicesOf(id, stop));
    }

    /// <summary>The providers that this caller may see, by name, at most 500.</summary>
    public async Task<IReadOnlyList<Provider>> List(string? search, CancellationToken stop)
    {
        var units = caller.UnitsFor(Permission);
        var all = units.Contains(Kernel.Http.Units.Province);
        var folded = Words.Fold(Words.Clean(search ?? ""));
        var rows = await db.Providers.AsNoTracking()
            .Where(p => (all || units.Contains(p.Unit)) && p.Folded.Contains(folded))
            .OrderBy(p => p.Folded).ThenBy(p => p.Id).Take(ListMax).ToListAsync(stop);
        var ids = rows.ConvertAll(p => p.Id);
        var bills = await db.ProviderServices.AsNoTracking().Where(s => ids.Contains(s.ProviderId)).ToListAsync(stop);
        var byProvider = bills.ToLookup(s => s.ProviderId, s => s.Service);
        return rows.ConvertAll(p => Provider.Of(p, [.. byProvider[p.Id].Order(StringComparer.Ordinal)]));
    }

    /// <summary>The services for which somebody can be paid.</summary>
    public async Task<IReadOnlyList<ServiceChoice>> Payable(CancellationToken stop)
    {
        var counts = await (from service in db.ProviderServices.AsNoTracking()
                            join provider in db.Providers on service.ProviderId equals provider.Id
                            where provider.PayeeId != null
                            group service by service.Service into one
                            select new { one.Key, Count = one.Count() })
            .ToDictionaryAsync(s => s.Key, s => s.Count, stop);
        return [.. (await services.Today(stop)).Where(s => counts.ContainsKey(s.Code))
            .Select(s => new ServiceChoice(s.Code, s.Name.ToString(), counts[s.Code]))];
    }

    /// <summary>Who can be paid for a service, by name, at most 500.</summary>
    public async Task<IReadOnlyList<PayableProvider>> PayableFor(string service, CancellationToken stop) =>
        await (from bills in db.ProviderServices.AsNoTracking()
               join provider in db.Providers on bills.ProviderId equals provider.Id
               where bills.Service == service && provider.PayeeId != null
               orderby provider.Folded, provider.Id
               select new PayableProvider(provider.Id, provider.Name, provider.CustomerExample))
            .Take(ListMax).ToListAsync(stop);

    /// <summary>All who can be paid, by name, at most 500.</summary>
    public async Task<IReadOnlyList<PayableProvider>> AllPayable(CancellationToken stop) =>
        await db.Providers.AsNoTracking().Where(p => p.PayeeId != null).OrderBy(p => p.Folded).ThenBy(p => p.Id)
            .Select(p => new PayableProvider(p.Id, p.Name, p.CustomerExample)).Take(ListMax).ToListAsync(stop);

    public async Task<IReadOnlyList<NamedUnit>> Units(CancellationToken stop) =>
        (await db.Providers.AsNoTracking().OrderBy(p => p.Folded).Take(NamedMax)
            .Select(p => new { p.Unit, p.Name }).ToListAsync(stop)).ConvertAll(p => new NamedUnit(p.Unit, p.Name));

    private async Task<List<string>> ServicesOf(Guid id, CancellationToken stop) =>
        await db.ProviderServices.AsNoTracking().Where(s => s.ProviderId == id)
            .OrderBy(s => s.Service).Select(s => s.Service).ToListAsync(stop);
}
