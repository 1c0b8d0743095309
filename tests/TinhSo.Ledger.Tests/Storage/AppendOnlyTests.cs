using System.Data.Common;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Storage;
using TinhSo.Testing;
using static TinhSo.Ledger.Tests.TestLedger;

namespace TinhSo.Ledger.Tests.Storage;

public class AppendOnlyTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task The_store_itself_refuses_to_change_or_remove_what_is_recorded(Engine engine)
    {
        await using var ledger = TestLedger.New(engine);
        Accepted(await ledger.Post(await ledger.Open(), await ledger.Open(), 5));
        var log = await ledger.Log();

        foreach (var change in (string[])["update ledger_transfer set amount = 6", "delete from ledger_transfer",
            "update ledger_account set owner = 'payee:2'", "update ledger_account set rules = 0",
            "delete from ledger_account"])
        {
            var refused = await Assert.ThrowsAnyAsync<DbException>(() => ledger.Execute(change));
            Assert.Contains("never changes", refused.Message, StringComparison.Ordinal);
        }
        if (engine is Engine.Postgres)
        {
            await Assert.ThrowsAnyAsync<DbException>(() => ledger.Execute("truncate ledger_transfer"));
        }

        Assert.Equal(log, await ledger.Log());
    }

    [Fact]
    public void The_store_is_beside_the_platforms_database_unless_configured()
    {
        var file = LedgerDatabase.Beside(new Database(Engine.Sqlite, "Data Source=/var/tinhso.db"), null);
        var server = LedgerDatabase.Beside(new Database(Engine.Postgres, "Host=db;Database=tinhso"), null);
        var configured = LedgerDatabase.Beside(new Database(Engine.Sqlite, "Data Source=a.db"), "Host=money");
        var configuredFile = LedgerDatabase.Beside(new Database(Engine.Postgres, "Host=db"), "Data Source=money.db");

        Assert.Equal(new Database(Engine.Sqlite, "Data Source=/var/tinhso-ledger.db").ConnectionString,
            file.ConnectionString);
        Assert.Contains("Search Path=ledger", server.ConnectionString, StringComparison.Ordinal);
        Assert.Equal((Engine.Postgres, true),
            (configured.Engine, configured.ConnectionString.Contains("Host=money", StringComparison.Ordinal)));
        Assert.Equal("Data Source=money.db", configuredFile.ConnectionString);
        Assert.Throws<InvalidOperationException>(
            () => LedgerDatabase.Beside(new Database(Engine.Sqlite, "Data Source=:memory:"), null));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Many_hosts_may_bring_the_schema_up_to_date_at_once(Engine engine)
    {
        var store = TestLedger.NewStore(engine);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () => new LedgerDatabase(store, TimeProvider.System).Upgrade(Stop))));

        await using var ledger = new TestLedger(store);
        Accepted(await ledger.Post(await ledger.Open(), await ledger.Open(), 5));
    }
}
