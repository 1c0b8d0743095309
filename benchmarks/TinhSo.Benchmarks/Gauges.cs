using System.Globalization;
using Npgsql;

namespace TinhSo.Benchmarks;

/// <summary>What had been used until a moment.</summary>
internal sealed record Used(TimeSpan Here, TimeSpan? Web, TimeSpan? Postgres, long Written);

/// <summary>A moment of a run: what had been answered and used until then.</summary>
internal sealed record Mark(TimeSpan At, Histogram Answered, Used Used);

/// <summary>Reads what processes have used, as the system counts it.</summary>
/// <remarks>
/// Written is, on PostgreSQL, how far its write-ahead log went, and on SQLite all bytes that the process which holds
/// the file gave to the system to write to files: the write-ahead log, and the tables when the log is moved there.
/// </remarks>
internal sealed class Gauges : IAsyncDisposable
{
    // USER_HZ, in which the kernel tells all programs their times, whatever its own ticks are.
    private const int TicksPerSecond = 100;

    private readonly NpgsqlConnection? postgres;
    private readonly int? postmaster;
    private readonly int? webServer;

    private Gauges(NpgsqlConnection? postgres, int? postmaster, int? webServer) =>
        (this.postgres, this.postmaster, this.webServer) = (postgres, postmaster, webServer);

    /// <param name="postgres">The server in use, or null on SQLite.</param>
    /// <param name="webServer">The process that holds the ledger, when it is not this one.</param>
    /// <param name="stop">Ends the wait.</param>
    public static async Task<Gauges> Open(string? postgres, int? webServer, CancellationToken stop)
    {
        if (postgres is null)
        {
            return new Gauges(null, null, webServer);
        }
        var own = new NpgsqlConnectionStringBuilder(postgres) { Pooling = false };
        var connection = new NpgsqlConnection(own.ConnectionString);
        await connection.OpenAsync(stop);
        await using var ask = new NpgsqlCommand("select pg_backend_pid()", connection);
        var backend = (int)(await ask.ExecuteScalarAsync(stop))!;
        // A server elsewhere, or in another container, has no process here that is called postgres.
        var stat = Stat.Read(backend);
        return new Gauges(connection, stat?.Name == "postgres" ? stat.Parent : null, webServer);
    }

    public Used Read() => new(
        Stat.Read(Environment.ProcessId)!.Time,
        webServer is { } web ? Stat.Read(web)?.Time : null,
        postmaster is { } parent ? Stat.ReadTree(parent) : null,
        postgres is null ? WrittenBy(webServer ?? Environment.ProcessId) : ReadLog(postgres));

    public ValueTask DisposeAsync() => postgres?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static long ReadLog(NpgsqlConnection postgres)
    {
        using var ask = new NpgsqlCommand("select (pg_current_wal_insert_lsn() - '0/0')::bigint", postgres);
        return (long)ask.ExecuteScalar()!;
    }

    private static long WrittenBy(int process)
    {
        const string Key = "wchar: ";
        var line = File.ReadLines($"/proc/{process}/io").First(l => l.StartsWith(Key, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(Key.Length), CultureInfo.InvariantCulture);
    }

    /// <summary>A process as /proc tells it; its time includes that of children that have ended.</summary>
    private sealed record Stat(string Name, int Parent, TimeSpan Time)
    {
        public static Stat? Read(int process)
        {
            try
            {
                var text = File.ReadAllText($"/proc/{process}/stat");
                // The name stands in brackets and may hold anything; the third field follows it.
                var end = text.LastIndexOf(')');
                var fields = text[(end + 2)..].Split(' ');
                var ticks = fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
                return new Stat(text[(text.IndexOf('(', StringComparison.Ordinal) + 1)..end],
                    int.Parse(fields[1], CultureInfo.InvariantCulture),
                    TimeSpan.FromSeconds((double)ticks / TicksPerSecond));
            }
            catch (IOException)
            {
                return null;
            }
        }

        public static TimeSpan ReadTree(int parent)
        {
            var all = Directory.GetDirectories("/proc")
                .Select(folder => int.TryParse(Path.GetFileName(folder), out var process) ? process : 0)
                .Where(process => process > 0).Select(Read).OfType<Stat>();
            return all.Where(stat => stat.Parent == parent)
                .Aggregate(Read(parent)?.Time ?? TimeSpan.Zero, (sum, stat) => sum + stat.Time);
        }
    }
}
