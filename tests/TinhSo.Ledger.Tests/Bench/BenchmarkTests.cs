using System.Globalization;
using Npgsql;
using TinhSo.Benchmarks;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Ledger.Tests.Bench;

public sealed class BenchmarkTests
{
    private static readonly string Server = TestDatabase.New(Engine.Postgres).ConnectionString;

    /// <summary>Lines of each table: every contestant on each store, in the short form below.</summary>
    public static TheoryData<string, int> Suites => new() { { "engine", 19 }, { "size", 8 }, { "http", 8 }, { "steady", 2 } };

    [Theory, MemberData(nameof(Suites))]
    public async Task A_suite_s_table_has_every_line_and_nothing_is_left_behind(string suite, int lines)
    {
        var folder = Directory.CreateTempSubdirectory("tinhso-bench-test-");
        var page = Path.Combine(folder.FullName, "page.md");
        await using var output = new StringWriter();
        await using var progress = new StringWriter();

        var isWell = await Command.Run(Short(folder.FullName), [suite], page, output, progress, TestLedger.Stop);

        Assert.True(isWell, progress.ToString());
        Assert.Equal(output.ToString(), await File.ReadAllTextAsync(page, TestLedger.Stop));
        var table = output.ToString().Split($"\n## {suite}\n")[1].Split('\n').Where(line => line.StartsWith('|')).ToList();
        Assert.Equal(2 + lines, table.Count);
        Assert.All(table, line => Assert.Equal(12, line.Count(letter => letter == '|')));
        Assert.Contains(table.Skip(2), line => Rate(line) > 0);
        Assert.Equal([page], Directory.GetFileSystemEntries(folder.FullName));
        Assert.Empty(await Databases());
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_suite_that_fails_is_said_to_and_all_goals_are_told()
    {
        var folder = Directory.CreateTempSubdirectory("tinhso-bench-test-");
        await using var output = new StringWriter();
        var impossible = Short(folder.FullName) with { ArrayLength = 8_191 };

        var isWell = await Command.Run(impossible, ["http"], null, output, TextWriter.Null, TestLedger.Stop);

        Assert.False(isWell);
        Assert.Contains("**This suite failed", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("| empty POST | SQLite |", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(12, output.ToString().Split('\n').Count(line => line.EndsWith("reached |", StringComparison.Ordinal)
            || line.EndsWith("reached** |", StringComparison.Ordinal)
            || line.EndsWith("not measured |", StringComparison.Ordinal)));
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullName));
        folder.Delete();
    }

    [Fact]
    public void A_histogram_tells_a_share_to_a_hundredth_and_what_came_since()
    {
        var taken = new Histogram();
        foreach (var duration in Enumerable.Range(1, 100_000))
        {
            taken.Record(duration);
        }
        var before = taken.Copy();
        taken.Record(7);

        Assert.InRange(taken.At(0.5), 50_000, 50_500);
        Assert.InRange(taken.At(0.999), 99_900, 100_900);
        Assert.InRange(taken.At(1), 100_000, 101_000);
        Assert.Equal((1, 7.0), (taken.Since(before).Count, taken.Since(before).At(0.5)));
    }

    private static Plan Short(string folder) => new()
    {
        Postgres = Server,
        Folder = folder,
        Measured = TimeSpan.FromMilliseconds(100),
        WarmUp = TimeSpan.FromMilliseconds(50),
        Repetitions = 1,
        Uncounted = 0,
        Accounts = 500,
        Callers = [1, 8, 32, 64],
        Clients = [1, 4],
        Scale = 1,
        Sizes = [100, 200, 500],
        History = 1_000,
        Connections = 16,
        ArrayConnections = 2,
        ArrayLength = 50,
        Patience = TimeSpan.Zero,
        Steady = TimeSpan.FromMilliseconds(300),
    };

    private static double Rate(string line) =>
        double.Parse(line.Split('|')[4], NumberStyles.Number, CultureInfo.InvariantCulture);

    private static async Task<List<string>> Databases()
    {
        await using var source = NpgsqlDataSource.Create(Server);
        // Those of other processes, which may run beside this one, are theirs.
        await using var ask = source.CreateCommand(
            $"select datname from pg_database where datname like 'tinhso_bench_{Environment.ProcessId}_%'");
        await using var row = await ask.ExecuteReaderAsync(TestLedger.Stop);
        var names = new List<string>();
        while (await row.ReadAsync(TestLedger.Stop))
        {
            names.Add(row.GetString(0));
        }
        return names;
    }
}
