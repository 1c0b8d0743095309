using System.Diagnostics;
using System.Globalization;
using TinhSo.Host.Web;

namespace TinhSo.Host.Commands;

/// <summary>Measures what many open pay pages cost a running server on this machine.</summary>
internal static class BenchWatch
{
    public static async Task<int> Run(string[] args, CancellationToken stop)
    {
        var settings = Platform.Builder(args).Configuration;
        var server = new Uri(settings["server"] ?? "http://127.0.0.1:5080");
        var (watchers, seconds) = (settings.GetValue("watchers", 1_000), settings.GetValue("seconds", 30));
        if (settings["code"] is not { } code
            || !int.TryParse(settings["process"], CultureInfo.InvariantCulture, out var id))
        {
            Console.Error.WriteLine("Say --code=<an open request's> and --process=<the server's process id>.");
            return 2;
        }
        using var process = Process.GetProcessById(id);
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = watchers };
        using var client = new HttpClient(handler) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };

        var (idle, before) = await Cost(process, seconds, stop);
        var streams = new List<Stream>();
        for (var i = 0; i < watchers; i++)
        {
            var answer = await client.GetAsync(new Uri($"/pay/{code}/watch?seen=Open", UriKind.Relative),
                HttpCompletionOption.ResponseHeadersRead, stop);
            answer.EnsureSuccessStatusCode();
            streams.Add(await answer.Content.ReadAsStreamAsync(stop));
        }
        var (watched, after) = await Cost(process, seconds, stop);
        Console.WriteLine("| open pages | % of a core | MB in use |");
        Console.WriteLine("|---:|---:|---:|");
        Console.WriteLine(FormattableString.Invariant($"| 0 | {idle:F1} | {before:F0} |"));
        Console.WriteLine(FormattableString.Invariant($"| {streams.Count} | {watched:F1} | {after:F0} |"));
        streams.ForEach(stream => stream.Dispose());
        return 0;
    }

    /// <summary>What of a core the server's process used, and the memory it holds.</summary>
    private static async Task<(double PercentOfCore, double Megabytes)> Cost(
        Process process, int seconds, CancellationToken stop)
    {
        process.Refresh();
        var (begun, used) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
        await Task.Delay(TimeSpan.FromSeconds(seconds), stop);
        process.Refresh();
        return ((process.TotalProcessorTime - used) / Stopwatch.GetElapsedTime(begun) * 100,
            process.WorkingSet64 / 1e6);
    }
}
