using Npgsql;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Tests.Nodes;

public class NodeTests
{
    [Fact]
    public async Task A_node_that_does_not_write_answers_every_kind_of_order_as_the_one_that_does()
    {
        var store = TestLedger.NewStore(Engine.Postgres);
        await using var leader = new TestNode(store);
        await leader.BecomesLeader();
        await using var other = new TestNode(store);

        var (till, purse) = (await other.Open(), await other.Open(AccountRules.DebitsMustNotExceedCredits));
        var order = TestNode.Order(till, purse, 500);
        var posted = TestLedger.Accepted(await other.Ledger.Post(order, TestLedger.Stop));
        Assert.Equal(posted, TestLedger.Accepted(await leader.Ledger.Post(order, TestLedger.Stop)));
        Assert.Equal((order.Id, 500, "24037"), (posted.Id, posted.Amount, posted.Place));
        Assert.Equal(posted, await leader.Ledger.FindTransfer(order.Id, TestLedger.Stop));

        TestLedger.Refused(LedgerRefusals.IdUsedDifferently,
            await other.Ledger.Post(order with { Amount = 501 }, TestLedger.Stop));
        TestLedger.Refused(LedgerRefusals.InsufficientFunds, await other.Post(purse, till, 501));
        TestLedger.Refused(LedgerRefusals.IdUsedDifferently,
            await other.Ledger.Open(new AccountOrder(till, "payee:2", "payee"), TestLedger.Stop));

        var linked = TestLedger.Accepted(await other.Ledger.PostLinked(
            [TestNode.Order(purse, till, 200), TestNode.Order(purse, till, 300)], TestLedger.Stop));
        Assert.Equal([2L, 3L], linked.Select(transfer => transfer.Position));
        TestLedger.Refused(LedgerRefusals.InsufficientFunds, await other.Ledger.PostLinked(
            [TestNode.Order(till, purse, 1), TestNode.Order(purse, till, 2)], TestLedger.Stop));

        var reserve = TestNode.Order(till, purse, 90) with
        {
            Kind = TransferKind.Reserve,
            ExpiresAt = new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero),
        };
        var each = await other.Ledger.PostEach(
            [TestNode.Order(till, purse, 70), TestNode.Order(purse, till, 71), reserve], TestLedger.Stop);
        Assert.Equal(4, TestLedger.Accepted(each[0]).Position);
        TestLedger.Refused(LedgerRefusals.InsufficientFunds, each[1]);
        Assert.Equal((5, reserve.ExpiresAt), (TestLedger.Accepted(each[2]).Position, TestLedger.Accepted(each[2]).ExpiresAt));

        Assert.True(leader.Leads);
        Assert.False(other.Leads);
    }

    [Fact]
    public async Task One_callers_orders_keep_their_order_through_another_node()
    {
        var store = TestLedger.NewStore(Engine.Postgres);
        await using var leader = new TestNode(store);
        await leader.BecomesLeader();
        await using var other = new TestNode(store);
        var (till, purse) = (await other.Open(), await other.Open());

        // Not waited for one by one: many letters are on their way at once.
        var orders = Enumerable.Range(0, 3_000).Select(_ => TestNode.Order(till, purse, 1)).ToList();
        var posts = new List<Task<Kernel.Http.Outcome<LedgerTransfer>>>();
        foreach (var order in orders)
        {
            posts.Add(other.Ledger.Post(order, TestLedger.Stop));
            if (posts.Count % 250 == 0)
            {
                await posts[^200];
            }
        }
        var answers = (await Task.WhenAll(posts)).Select(TestLedger.Accepted).ToList();

        Assert.Equal(orders.Select(order => order.Id), answers.OrderBy(answer => answer.Position).Select(answer => answer.Id));
    }

    [Fact]
    public async Task When_the_one_that_writes_ends_another_takes_over_and_nothing_is_asked_in_vain()
    {
        var store = TestLedger.NewStore(Engine.Postgres);
        var leader = new TestNode(store);
        await leader.BecomesLeader();
        await using var other = new TestNode(store);
        var (till, purse) = (await other.Open(), await other.Open());
        TestLedger.Accepted(await leader.Post(till, purse, 5));

        await leader.DisposeAsync();

        // Whoever asks in between waits, and is answered by this node itself.
        TestLedger.Accepted(await other.Post(till, purse, 6));
        await other.BecomesLeader();
        TestLedger.Accepted(await other.Post(till, purse, 7));
        Assert.Equal(18, (await other.Ledger.Find(purse, TestLedger.Stop))!.Balance.Credits);
    }

    [Fact]
    public async Task A_node_that_lost_its_lock_goes_on_when_nobody_took_it()
    {
        var store = TestLedger.NewStore(Engine.Postgres);
        await using var node = new TestNode(store);
        var (till, purse) = (await node.Open(), await node.Open());
        await node.BecomesLeader();

        await Cut(store, $"pid in ({HoldsLock})");
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (await Ask<long>(store, $"select count(*) from ({HoldsLock}) as held") == 0)
        {
            await Task.Delay(10, soon.Token);
        }

        Assert.True(node.Leads);
        TestLedger.Accepted(await node.Post(till, purse, 6));
        Assert.Equal(1, await Ask<long>(store, "select epoch from ledger_owner"));
    }

    [Fact]
    public async Task A_node_whose_every_connection_is_cut_again_and_again_recovers_and_loses_nothing()
    {
        var store = TestLedger.NewStore(Engine.Postgres);
        await using var one = new TestNode(store);
        await one.BecomesLeader();
        await using var two = new TestNode(store);
        var (till, purse) = (await two.Open(), await two.Open());
        var orders = new List<TransferOrder>();
        for (var round = 0; round < 5; round++)
        {
            await Cut(store, "true");
            foreach (var node in (TestNode[])[one, two])
            {
                var order = TestNode.Order(till, purse, 1 + round);
                await TestNode.UntilAnswered(() => node.Ledger.Post(order, TestLedger.Stop));
                orders.Add(order);
            }
        }
        var log = await two.Ledger.ReadLog(0, 100, TestLedger.Stop);
        Assert.Equal(orders.Select(order => order.Id), log.Select(transfer => transfer.Id));
    }

    [Fact]
    public async Task What_another_node_wrote_wakes_those_who_follow_the_log_here()
    {
        var store = TestLedger.NewStore(Engine.Postgres);
        await using var leader = new TestNode(store);
        await leader.BecomesLeader();
        await using var other = new TestNode(store);
        var (till, purse) = (await other.Open(), await other.Open());

        var grown = other.Signal.Next;
        TestLedger.Accepted(await other.Post(till, purse, 1));

        await grown.WaitAsync(TimeSpan.FromSeconds(5), TestLedger.Stop);
    }

    [Fact]
    public async Task On_SQLite_a_second_process_is_refused_until_the_first_ends()
    {
        var store = TestLedger.NewStore(Engine.Sqlite);
        var first = new TestNode(store);
        var (till, purse) = (await first.Open(), await first.Open());
        await using var second = new TestNode(store);

        TestLedger.Refused(LedgerRefusals.Busy, await second.Post(till, purse, 1));
        TestLedger.Accepted(await first.Post(till, purse, 2));

        await first.DisposeAsync();
        await second.BecomesLeader();
        TestLedger.Accepted(await second.Post(till, purse, 3));
        Assert.Equal(5, (await second.Ledger.Find(purse, TestLedger.Stop))!.Balance.Credits);
    }

    [Fact]
    public async Task Who_takes_over_does_not_wait_for_a_frozen_node_that_is_amid_a_batch()
    {
        var store = TestLedger.NewStore(Engine.Postgres);
        await using (var first = new TestNode(store))
        {
            await first.BecomesLeader();
        }
        // It has begun its batch, sends rows, and stops; its machine still answers for its connection.
        await using var frozen = new NpgsqlConnection(new PostgresSessions(store).Own().ConnectionString);
        await frozen.OpenAsync(TestLedger.Stop);
        await using var unfinished = await frozen.BeginTransactionAsync(TestLedger.Stop);
        await using var lockOwner = new NpgsqlCommand("update ledger_owner set epoch = epoch", frozen);
        await lockOwner.ExecuteNonQueryAsync(TestLedger.Stop);
        var rows = await frozen.BeginTextImportAsync("copy ledger_passed (id, node, orders) from stdin", TestLedger.Stop);

        var other = new TestNode(store);
        try
        {
            await other.BecomesLeader();
            TestLedger.Accepted(await other.Post(await other.Open(), await other.Open(), 5));
        }
        finally
        {
            // The server has ended it; if not, it must not keep the other from ending.
            await Assert.ThrowsAnyAsync<Exception>(async () => await rows.DisposeAsync());
            await frozen.CloseAsync();
            await other.DisposeAsync();
        }
    }

    private const string HoldsLock = """
        select pid from pg_locks join pg_database on pg_database.oid = database
        where locktype = 'advisory' and classid = 4713 and datname = current_database()
        """;

    /// <summary>Ends the sessions on the store's database that the condition names.</summary>
    private static async Task Cut(Database store, string which) => Assert.NotEqual(0, await Ask<long>(store, $"""
        select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and ({which})
        """));

    private static async Task<T> Ask<T>(Database store, string sql)
    {
        await using var connection = store.Connect();
        await connection.OpenAsync(TestLedger.Stop);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is a test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (T)(await command.ExecuteScalarAsync(TestLedger.Stop))!;
    }
}
