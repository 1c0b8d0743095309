using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Markets.Markets;
using TinhSo.Markets.Storage;
using TinhSo.Places;

namespace TinhSo.Markets.Loading;

/// <summary>Loads the markets that public sources name.</summary>
internal sealed class LoadMarkets(
    MarketsDb db, RegisterMarket register, LoadDemo demo, IPlaces places, TimeProvider clock) : IMarkets
{
    private const string File = "markets/markets.json";

    private sealed record Row(string Name, string? Commune, string? DigitalSince, string Source);

    public Task<DemoMarkets> LoadDemo(CancellationToken stop) => demo.Load(stop);

    public async Task<LoadReport> LoadNamed(string folder, CancellationToken stop)
    {
        var faults = new List<string>();
        var communes = places.Communes(clock.Today()).ToDictionary(p => p.Name.Vi, p => p.Code);
        var orders = new List<MarketOrder>();
        await using var file = System.IO.File.OpenRead(Path.Combine(folder, File));
        foreach (var row in await JsonSerializer.DeserializeAsync<Row[]>(file, JsonSerializerOptions.Web, stop) ?? [])
        {
            string? code = null;
            if (row.Commune is not null && !communes.TryGetValue(row.Commune, out code))
            {
                faults.Add($"{File}: {row.Name}: no commune is called {row.Commune}.");
            }
            orders.Add(new MarketOrder(Ids.From("markets.named", row.Name), row.Name,
                RegisterMarket.PrefixFor(row.Name, orders.Count + 1), code, null, null, row.DigitalSince, row.Source));
        }
        return faults.Count > 0 ? new(File, 0, 0, 0, faults) : await Save(orders, stop);
    }

    private async Task<LoadReport> Save(List<MarketOrder> orders, CancellationToken stop)
    {
        var added = 0;
        var faults = new List<string>();
        foreach (var order in orders)
        {
            var before = await db.Markets.AsNoTracking().SingleOrDefaultAsync(m => m.Id == order.Id, stop);
            // What a board has since said of its market is not undone by loading the file again.
            if (before is not null)
            {
                continue;
            }
            var saved = await register.Register(order, stop);
            if (saved.IsRefused(out var refusal, out _))
            {
                faults.Add($"{order.Name}: {Reason(refusal)}");
                continue;
            }
            added++;
        }
        return new(File, added, 0, orders.Count - added - faults.Count, faults);
    }

    private static string Reason(Refusal refusal) => refusal.Fields.Count == 0
        ? refusal.Title.En
        : string.Join("; ", refusal.Fields.Select(f => $"{f.Key}: {f.Value.En}"));
}
