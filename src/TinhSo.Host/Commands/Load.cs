using TinhSo.Billing;
using TinhSo.Host.Web;
using TinhSo.Indicators;
using TinhSo.Markets;
using TinhSo.Places;

namespace TinhSo.Host.Commands;

/// <summary>Loads reference data, as often as wanted, and tells what changed.</summary>
internal static class Load
{
    public static async Task<int> Run(string[] args, CancellationToken stop)
    {
        var builder = Platform.Builder(args);
        builder.AddPlatform();
        await using var app = builder.Build();
        await app.UpgradeSchema(stop);
        var folder = app.Configuration["Reference"] ?? Path.Combine(AppContext.BaseDirectory, "reference");
        var facts = Path.Combine(AppContext.BaseDirectory, "docs", "facts");
        await using var scope = app.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;

        var places = await services.GetRequiredService<ILoadPlaces>().Load(Path.Combine(folder, "admin-units"), stop);
        var faults = new List<string>(places.Errors);
        Tell("admin-units", places.Added.Count, places.Changed.Count, 0, places.Unchanged);

        var markets = await services.GetRequiredService<IMarkets>().LoadNamed(folder, stop);
        faults.AddRange(markets.Faults);
        Tell(markets.File, markets.Added, markets.Changed, 0, markets.Unchanged);

        var billed = await services.GetRequiredService<IBilling>().LoadServices(folder, stop);
        faults.AddRange(billed.Faults);
        Tell(billed.File, billed.Added, billed.Changed, 0, billed.Unchanged);

        var figures = await services.GetRequiredService<IIndicators>().Load(new ReferenceFolders(folder, facts), stop);
        faults.AddRange(figures.Bad.Select(bad => bad.ToString()));
        Tell("figures, series, definitions, rules", figures.Count(RowChangeKind.Added),
            figures.Count(RowChangeKind.Changed), figures.Count(RowChangeKind.Removed), figures.Unchanged);
        foreach (var change in figures.Changes.Where(c => c.Kind is not RowChangeKind.Added))
        {
            Console.WriteLine($"  {change.Kind}: {change.File}:{change.Line} {change.Key}");
        }
        foreach (var fault in faults)
        {
            await Console.Error.WriteLineAsync(fault);
        }
        return faults.Count == 0 ? 0 : 1;
    }

    private static void Tell(string what, int added, int changed, int removed, int unchanged) =>
        Console.WriteLine($"{what}: {added} added, {changed} changed, {removed} removed, {unchanged} unchanged");
}
