using System.Diagnostics;
using TinhSo.Host.Web;

namespace TinhSo.Host.Commands;

/// <summary>Measures the public pages of a running server: time to the last byte, weight of a first visit.</summary>
internal static partial class BenchPages
{
    private static readonly string[] Pages =
        ["/", "/pay", "/verify", "/check-sign", "/indicators", "/data-quality", "/help"];

    public static async Task<int> Run(string[] args, CancellationToken stop)
    {
        var settings = Platform.Builder(args).Configuration;
        var times = settings.GetValue("times", 200);
        using var handler = new SocketsHttpHandler { AutomaticDecompression = System.Net.DecompressionMethods.None };
        using var client = new HttpClient(handler) { BaseAddress = new(settings["server"] ?? "http://127.0.0.1:5080") };
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("br, gzip");

        Console.WriteLine($"{Environment.ProcessorCount} cores, {times} requests a page, one at a time");
        Console.WriteLine("| page | p50 ms | p95 ms | first visit kB |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var page in Pages)
        {
            var taken = new double[times];
            for (var i = -20; i < times; i++)
            {
                var begun = Stopwatch.GetTimestamp();
                using var answer = await client.GetAsync(new Uri(page, UriKind.Relative), stop);
                answer.EnsureSuccessStatusCode();
                await answer.Content.ReadAsByteArrayAsync(stop);
                if (i >= 0)
                {
                    taken[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
                }
            }
            Array.Sort(taken);
            var (p50, p95) = (taken[times / 2], taken[times * 95 / 100]);
            var weight = await Weight(client, page, stop) / 1000.0;
            Console.WriteLine(FormattableString.Invariant($"| {page} | {p50:F1} | {p95:F1} | {weight:F0} |"));
        }
        return 0;
    }

    /// <summary>The page, its style, script, icon and the fonts that the style names, as they cross the wire.</summary>
    private static async Task<long> Weight(HttpClient client, string page, CancellationToken stop)
    {
        using var plain = new HttpClient { BaseAddress = client.BaseAddress };
        var html = await plain.GetStringAsync(new Uri(page, UriKind.Relative), stop);
        var parts = Asset().Matches(html).Select(match => match.Groups[1].Value).ToHashSet();
        foreach (var style in parts.Where(part => part.EndsWith(".css", StringComparison.Ordinal)).ToList())
        {
            var css = await plain.GetStringAsync(new Uri(style, UriKind.Relative), stop);
            var address = new Uri(plain.BaseAddress!, style);
            parts.UnionWith(
                Font().Matches(css).Select(match => new Uri(address, match.Groups[1].Value).AbsolutePath));
        }
        parts.Add(page);
        long bytes = 0;
        foreach (var part in parts)
        {
            bytes += (await client.GetByteArrayAsync(new Uri(part, UriKind.Relative), stop)).Length;
        }
        return bytes;
    }

    [System.Text.RegularExpressions.GeneratedRegex("url\\([\"']?([^\"')]+\\.(?:woff2|otf))")]
    private static partial System.Text.RegularExpressions.Regex Font();

    [System.Text.RegularExpressions.GeneratedRegex("(?:href|src)=\"(/_content/[^\"]+)\"")]
    private static partial System.Text.RegularExpressions.Regex Asset();
}
