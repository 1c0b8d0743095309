using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;

namespace TinhSo.Billing.Services;

/// <summary>Loads the catalogue of services from its file, and tells what is billed on a day.</summary>
internal sealed class LoadServices(BillingDb db, TimeProvider clock)
{
    private const string File = "billing/services.json";
    private const int RowsMax = 200;

    private sealed record Row(string? Code, DateOnly? ValidFrom, DateOnly? ValidTo, string? NameVi, string? NameEn,
        string? LegalBasis, string? Source);

    /// <summary>Brings the catalogue to what the file says; what the file no longer names stays.</summary>
    public async Task<LoadReport> Run(string folder, CancellationToken stop)
    {
        await using var file = System.IO.File.OpenRead(Path.Combine(folder, File));
        var rows = await JsonSerializer.DeserializeAsync<Row[]>(file, JsonSerializerOptions.Web, stop) ?? [];
        var faults = rows.Select(Fault).OfType<string>().ToList();
        if (rows.GroupBy(row => (row.Code, row.ValidFrom)).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            faults.Add($"{File}: {twice.Key.Code} begins twice on {twice.Key.ValidFrom:yyyy-MM-dd}.");
        }
        return faults.Count > 0
            ? new(File, 0, 0, 0, faults) : await db.InTransaction(() => Save(rows, stop), stop);
    }

    /// <summary>The services billed today, by their names.</summary>
    public async Task<IReadOnlyList<CatalogueEntry>> Today(CancellationToken stop)
    {
        var today = clock.Today();
        var rows = await db.Services.AsNoTracking()
            .Where(s => s.ValidFrom <= today && (s.ValidTo == null || s.ValidTo >= today))
            .OrderBy(s => s.Code).ThenByDescending(s => s.ValidFrom).Take(RowsMax).ToListAsync(stop);
        return [.. rows.DistinctBy(s => s.Code)
            .Select(s => new CatalogueEntry(s.Code, s.Name, s.LegalBasis, s.Source))];
    }

    /// <summary>What the services billed today are called.</summary>
    public async Task<ServiceNames> Names(CancellationToken stop) =>
        new((await Today(stop)).ToDictionary(service => service.Code, service => service.Name));

    private static string? Fault(Row row) =>
        string.IsNullOrWhiteSpace(row.Code) || row.ValidFrom is null || string.IsNullOrWhiteSpace(row.NameVi)
            || string.IsNullOrWhiteSpace(row.NameEn) || string.IsNullOrWhiteSpace(row.Source)
            || row.ValidTo < row.ValidFrom
            ? $"{File}: {row.Code ?? "?"} needs a code, a first day, both names and its source." : null;

    private async Task<LoadReport> Save(Row[] rows, CancellationToken stop)
    {
        var known = await db.Services.ToDictionaryAsync(s => (s.Code, s.ValidFrom), stop);
        var (added, changed) = (0, 0);
        foreach (var row in rows)
        {
            if (!known.TryGetValue((row.Code!, row.ValidFrom!.Value), out var kept))
            {
                db.Add(New(row));
                added++;
                continue;
            }
            (kept.NameVi, kept.NameEn, kept.ValidTo) = (row.NameVi!, row.NameEn!, row.ValidTo);
            (kept.LegalBasis, kept.Source) = (row.LegalBasis ?? "–", row.Source!);
            changed += db.Entry(kept).State is EntityState.Modified ? 1 : 0;
        }
        await db.SaveChangesAsync(stop);
        return new(File, added, changed, rows.Length - added - changed, []);
    }

    private static ServiceRow New(Row row) => new()
    {
        Code = row.Code!,
        ValidFrom = row.ValidFrom!.Value,
        ValidTo = row.ValidTo,
        NameVi = row.NameVi!,
        NameEn = row.NameEn!,
        LegalBasis = row.LegalBasis ?? "–",
        Source = row.Source!,
    };
}
