using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace TinhSo.Ledger.Bench;

/// <summary>PostgreSQL's own measurement, in the same run: one transaction for each of its transfers.</summary>
internal sealed partial class PgBench
{
    private const int Clients = 32;
    private const int Scale = 10;
    private readonly NpgsqlConnectionStringBuilder server;

    private PgBench(NpgsqlConnectionStringBuilder server) => this.server = server;

    public static async Task<PgBench> Prepare(string connectionString, CancellationToken stop)
    {
        var bench = new PgBench(new NpgsqlConnectionStringBuilder(connectionString));
        await bench.Start(["-i", "-q", "-s", $"{Scale}"], stop);
        return bench;
    }

    public async Task<LoadResult> Run(string script, TimeSpan duration, CancellationToken stop)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(duration.TotalSeconds));
        var told = await Start(
            ["-n", "-M", "prepared", "-b", script, "-c", $"{Clients}", "-j", "2", "-T", $"{seconds}"], stop);
        var rate = double.Parse(Rate().Match(told).Groups[1].Value, CultureInfo.InvariantCulture);
        var latency = TimeSpan.FromMilliseconds(
            double.Parse(Latency().Match(told).Groups[1].Value, CultureInfo.InvariantCulture));
        // It tells the mean alone, and nothing of its server's processors.
        return new LoadResult(rate, latency, latency, TimeSpan.Zero);
    }

    private async Task<string> Start(string[] arguments, CancellationToken stop)
    {
        var start = new ProcessStartInfo(Program(), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PGHOST"] = server.Host,
                ["PGPORT"] = server.Port.ToString(CultureInfo.InvariantCulture),
                ["PGUSER"] = server.Username,
                ["PGPASSWORD"] = server.Password,
                ["PGDATABASE"] = server.Database,
            },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(stop);
        var output = await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return process.ExitCode == 0
            ? output : throw new InvalidOperationException($"pgbench failed: {await errors}");
    }

    // Debian keeps it out of the path, beside the server.
    private static string Program() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin", "pgbench"))
            .Where(File.Exists).Order(StringComparer.Ordinal).LastOrDefault() ?? "pgbench"
        : "pgbench";

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"latency average = ([0-9.]+) ms")]
    private static partial Regex Latency();
}
