using System.Reflection;
using Npgsql;
using SQLitePCL;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Storage;
using static TinhSo.Ledger.Tests.TestLedger;

namespace TinhSo.Ledger.Tests.Storage;

/// <summary>Whether the connections that write the log wait for the disk: no killed process shows that, since what it wrote is
/// with the system by then. They are the store's own, so they are asked themselves.</summary>
public class DurabilityTests
{
    [Fact]
    public async Task Sqlite_waits_for_the_disk_at_every_commit()
    {
        var ledger = new LedgerDatabase(NewStore(Engine.Sqlite), TimeProvider.System);
        await using var store = ledger.OpenStore();
        await store.Take(Guid.CreateVersion7(), goesOn: false, Stop);

        var writing = Field<sqlite3>(Field<object>(store, "open"), "writing");

        // In the write-ahead log, FULL is what makes a commit wait for fsync; NORMAL waits only at checkpoints.
        Assert.Equal("2", Ask(writing, "pragma synchronous"));
        Assert.Equal("wal", Ask(writing, "pragma journal_mode"));
    }

    [Fact]
    public async Task Postgres_waits_for_the_disk_at_every_commit_also_where_the_server_would_not()
    {
        var database = NewStore(Engine.Postgres);
        var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database;
        var ledger = new LedgerDatabase(database, TimeProvider.System);
        await ledger.Upgrade(Stop);
        await using (var careless = new TestLedger(database))
        {
            await careless.Execute($"alter database {name} set synchronous_commit = off");
        }
        await using var store = ledger.OpenStore();
        await store.Take(Guid.CreateVersion7(), goesOn: false, Stop);

        await using var ask = new NpgsqlCommand("show synchronous_commit", Field<NpgsqlConnection>(store, "connection"));

        Assert.Equal("on", await ask.ExecuteScalarAsync(Stop));
    }

    private static T Field<T>(object of, string name) =>
        (T)of.GetType().GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(of)!;

    private static string Ask(sqlite3 connection, string pragma)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(connection, pragma, out var statement));
        using (statement)
        {
            Assert.Equal(raw.SQLITE_ROW, raw.sqlite3_step(statement));
            return raw.sqlite3_column_text(statement, 0).utf8_to_string();
        }
    }
}
