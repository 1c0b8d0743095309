using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using TinhSo.Host.Demo;
using TinhSo.Host.Web;

namespace TinhSo.Host.Commands;

/// <summary>Plays days of traffic through the public API of a running server; says what it did, how fast.</summary>
internal static class Simulate
{
    public static async Task<int> Run(string[] args, CancellationToken stop)
    {
        var settings = Platform.Builder(args).Configuration;
        var days = settings.GetValue("days", 30);
        var salesPerDay = settings.GetValue("sales-per-day", 150);
        using var province = new SimulatedProvince(
            new Uri(settings["server"] ?? "http://127.0.0.1:5080"),
            settings["Demo:Password"] ?? throw new InvalidOperationException("Demo:Password is missing."),
            settings["Payments:Providers:sepay:Secret"]
                ?? throw new InvalidOperationException("Payments:Providers:sepay:Secret is missing."));

        var watch = Stopwatch.StartNew();
        await AnsiConsole.Progress()
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask("Signing in", maxValue: days);
                await province.Begin(stop);
                for (var day = 0; day < days && await province.NextDay(stop) is { } today; day++)
                {
                    bar.Description = $"{today:dd/MM/yyyy}";
                    await province.LiveThrough(salesPerDay, part => bar.Value = day + part, stop);
                }
                bar.Value = days;
                await province.End(stop);
            });
        watch.Stop();

        var table = new Table().AddColumns("What", "How many");
        foreach (var (what, count) in province.Done.OrderBy(d => d.Key, StringComparer.Ordinal))
        {
            table.AddRow(what, count.ToString("N0", CultureInfo.InvariantCulture));
        }
        AnsiConsole.Write(table);
        var (requests, seconds) = (province.Requests, watch.Elapsed.TotalSeconds);
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture,
            $"{requests:N0} requests in {seconds:N1} s: {requests / seconds:N0} a second");
        return province.Done.GetValueOrDefault("failed requests") == 0 ? 0 : 1;
    }
}
