using System.Diagnostics;
using System.Globalization;
using Npgsql;
using TinhSo.Kernel.Storage;

namespace TinhSo.Benchmarks.Loads;

/// <summary>PostgreSQL's own measurement: one transaction for each of its transfers.</summary>
internal sealed class PgBench
{
    private const string Updates = "update bench_account set balance = balance";
    private const string Insert =
        "insert into bench_transfer (debit, credit, amount, at) values (:debit, :credit, 1000, now())";

    /// <summary>What is measured, by the name under which it is told.</summary>
    public static readonly IReadOnlyDictionary<string, string?> Scripts = new Dictionary<string, string?>
    {
        ["tpcb-like"] = null,
        ["simple-update"] = null,
        // Locks in one order, so that no two wait for each other.
        [TwoUpdates] = $"""
            \set one random(1, :accounts)
            \set other random(1, :accounts)
            \set debit least(:one, :other)
            \set credit greatest(:one, :other)
            begin;
            {Updates} - 1000 where id = :debit;
            {Updates} + 1000 where id = :credit;
            {Insert};
            end;
            """,
        // The account that all wait for comes last, so that it is held as shortly as can be.
        [HotUpdates] = $"""
            \set debit random(2, :accounts)
            \set credit 1
            begin;
            {Insert};
            {Updates} - 1000 where id = :debit;
            {Updates} + 1000 where id = :credit;
            end;
            """,
        [HotFunction] = """
            \set debit random(2, :accounts)
            select bench_post(:debit, 1, 1000);
            """,
    };

    public const string TwoUpdates = "2 updates + 1 insert";
    public const string HotUpdates = "2 updates + 1 insert, one hot account";
    public const string HotFunction = "function in one round trip, one hot account";

    private readonly NpgsqlConnectionStringBuilder server;
    private readonly string folder;
    private readonly int accounts;

    private PgBench(Database database, string folder, int accounts)
    {
        server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        this.folder = Directory.CreateDirectory(folder).FullName;
        this.accounts = accounts;
    }

    public static async Task<PgBench> Prepare(
        Database database, string folder, int scale, int accounts, CancellationToken stop)
    {
        var bench = new PgBench(database, folder, accounts);
        await bench.Start(["-i", "-q", "-s", $"{scale}"], stop);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var make = source.CreateCommand($"""
            create table bench_account (id bigint not null primary key, balance bigint not null) with (fillfactor = 80);
            create table bench_transfer (
                id bigint generated always as identity primary key, debit bigint not null, credit bigint not null,
                amount bigint not null, at timestamptz not null);
            create function bench_post(debit bigint, credit bigint, amount bigint) returns void language plpgsql as $$
            begin
                insert into bench_transfer (debit, credit, amount, at)
                values (bench_post.debit, bench_post.credit, bench_post.amount, now());
                update bench_account set balance = balance - bench_post.amount where id = bench_post.debit;
                update bench_account set balance = balance + bench_post.amount where id = bench_post.credit;
            end $$;
            insert into bench_account select id, 0 from generate_series(1, {accounts}) as new (id);
            """);
        make.CommandTimeout = 600;
        await make.ExecuteNonQueryAsync(stop);
        await using var analyze = source.CreateCommand("vacuum analyze bench_account");
        analyze.CommandTimeout = 600;
        await analyze.ExecuteNonQueryAsync(stop);
        foreach (var (name, text) in Scripts)
        {
            if (text is not null)
            {
                await File.WriteAllTextAsync(bench.FileOf(name), text, stop);
            }
        }
        return bench;
    }

    /// <summary>Runs one of <see cref="Scripts"/>; whole seconds, or a few transactions when it is less.</summary>
    public async Task<Run> Run(
        string script, int clients, TimeSpan measured, Gauges gauges, CancellationToken stop)
    {
        var seconds = (int)measured.TotalSeconds;
        string[] what = Scripts[script] is null ? ["-b", script] : ["-f", FileOf(script), "-D", $"accounts={accounts}"];
        string[] length = seconds == 0 ? ["-t", "20"] : ["-T", $"{seconds}"];
        var before = gauges.Read();
        var began = Stopwatch.GetTimestamp();
        await Start(["-n", "-M", "prepared", "-c", $"{clients}", "-j", "2", "-l", .. what, .. length], stop);
        var took = Stopwatch.GetElapsedTime(began);
        var after = gauges.Read();
        var answered = new Histogram();
        foreach (var file in Directory.GetFiles(folder, "pgbench_log.*"))
        {
            foreach (var line in File.ReadLines(file))
            {
                // Client, number and microseconds.
                answered.Record(long.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture) * 10);
            }
            File.Delete(file);
        }
        // Connecting is not counted against it.
        var span = seconds == 0 ? took : TimeSpan.FromSeconds(seconds);
        return Benchmarks.Run.Between(
            new Mark(TimeSpan.Zero, new Histogram(), before), new Mark(span, answered, after), 1);
    }

    private string FileOf(string script) =>
        Path.Combine(folder, $"{Scripts.Keys.ToList().IndexOf(script)}.sql");

    private async Task Start(string[] arguments, CancellationToken stop)
    {
        var start = new ProcessStartInfo(Program(), arguments)
        {
            WorkingDirectory = folder,
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
        await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"pgbench failed: {await errors}");
        }
    }

    // Debian keeps it out of the path, beside the server.
    private static string Program() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin", "pgbench"))
            .Where(File.Exists).Order(StringComparer.Ordinal).LastOrDefault() ?? "pgbench"
        : "pgbench";
}
