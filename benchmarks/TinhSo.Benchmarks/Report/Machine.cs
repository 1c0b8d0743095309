using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace TinhSo.Benchmarks.Report;

/// <summary>What was measured on, as far as it can be asked.</summary>
internal static class Machine
{
    private const int Syncs = 500;

    public static async Task<IReadOnlyList<string>> Describe(Plan plan, string folder, CancellationToken stop)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30);
        var sync = Disk.Sync(folder, Syncs);
        return
        [
            $"{Environment.ProcessorCount} cores, {Field("/proc/cpuinfo", "model name")}, {memory} GB of memory",
            $"{Field("/etc/os-release", "PRETTY_NAME").Trim('"')}, {Environment.OSVersion.VersionString}, "
                + RuntimeInformation.FrameworkDescription,
            await Postgres(plan, stop),
            $"SQLite {await SqliteVersion(stop)}, journal mode WAL, synchronous full",
            string.Create(CultureInfo.InvariantCulture,
                $"4 kB written over and fdatasync, {Syncs} times: p50 {sync.At(0.5) / 10:N0} µs, "
                + $"p99 {sync.At(0.99) / 10:N0} µs"),
        ];
    }

    private static async Task<string> Postgres(Plan plan, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(plan.Postgres);
        await using var ask = source.CreateCommand("""
            select string_agg(name || ' ' || current_setting(name), ', ' order by name) from pg_settings where name in
            ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_wal_size')
            """);
        return $"PostgreSQL, on the same machine: {await ask.ExecuteScalarAsync(stop)}";
    }

    private static async Task<string> SqliteVersion(CancellationToken stop)
    {
        await using var connection = new SqliteConnection("Data Source=:memory:");
        await connection.OpenAsync(stop);
        return connection.ServerVersion;
    }

    private static string Field(string file, string key)
    {
        var line = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) : null;
        return line is null ? "unknown" : line[(line.IndexOfAny([':', '=']) + 1)..].Trim();
    }
}
