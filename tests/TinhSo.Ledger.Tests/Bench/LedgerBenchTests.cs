using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Ledger.Tests.Bench;

public class LedgerBenchTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task The_measurement_is_a_table_and_leaves_nothing_behind(Engine engine)
    {
        var database = TestDatabase.New(engine);
        await using var output = new StringWriter();

        var plan = new LedgerBenchPlan(TimeSpan.FromMilliseconds(300), Repetitions: 1, Accounts: 1_000, Pgbench: null);
        await LedgerBench.Run(database, output, plan, TestLedger.Stop);

        var rows = output.ToString().Split('\n').Where(line => line.StartsWith('|')).ToList();
        Assert.Equal(2 + 6, rows.Count);
        Assert.All(rows, row => Assert.Equal(8, row.Count(letter => letter == '|')));
        await using var connection = database.Connect();
        await connection.OpenAsync(TestLedger.Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = engine is Engine.Postgres
            ? "select count(*) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
            : "select count(*) from sqlite_master";
        Assert.Equal(0L, await command.ExecuteScalarAsync(TestLedger.Stop));
        if (engine is Engine.Sqlite)
        {
            var folder = Path.GetDirectoryName(connection.DataSource)!;
            Assert.Empty(Directory.GetFiles(folder, "*bench*"));
        }
    }
}
