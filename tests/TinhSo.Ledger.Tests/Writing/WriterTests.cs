using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Storage;
using TinhSo.Testing;
using static TinhSo.Ledger.Tests.TestLedger;

namespace TinhSo.Ledger.Tests.Writing;

public class WriterTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Many_callers_on_one_hot_account_never_overdraw_it(Engine engine)
    {
        await using var ledger = TestLedger.New(engine);
        var (purse, bank) = (await ledger.OpenPurse(holds: 1_000), await ledger.Open());

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(caller => Task.Run(async () =>
        {
            var refused = 0;
            for (var i = 0; i < 10; i++)
            {
                var outcome = await ledger.Post(purse, bank, 3);
                refused += outcome.IsRefused(out _, out _) ? 1 : 0;
            }
            return refused;
        })));

        Assert.Equal(500 - 333, outcomes.Sum());
        Assert.Equal(new LedgerBalance(999, 1_000, 0, 0), await ledger.Balance(purse));
        Assert.Equal(334, (await ledger.Log()).Count);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_full_queue_is_answered_at_once_and_spoils_nothing(Engine engine)
    {
        var faults = new Faults();
        await using var ledger = TestLedger.New(engine, wrap: faults.Around, queueMax: 4);
        var (one, two) = (await ledger.Open(), await ledger.Open());
        var reserved = Accepted(await ledger.Post(ledger.Order(one, two, 1, TransferKind.Reserve)));
        // Nothing is taken from the queue while the writer looks for what it has to settle.
        using var held = faults.HoldDeciding();
        var first = ledger.Post(ledger.Settle(TransferKind.Capture, reserved, 1));
        await held.Reached;

        var rest = Enumerable.Range(0, 6).Select(_ => ledger.Post(one, two, 1)).ToList();
        Assert.All(rest.Skip(4), busy => Assert.True(busy.IsCompleted));
        held.Dispose();

        Accepted(await first);
        var outcomes = await Task.WhenAll(rest);
        Assert.All(outcomes.Take(4), outcome => Accepted(outcome));
        Assert.All(outcomes.Skip(4), outcome => Refused(LedgerRefusals.Busy, outcome));
        Assert.Equal(5, (await ledger.Balance(one)).Debits);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_was_linked_and_refused_leaves_no_balance_behind_the_log(Engine engine)
    {
        var faults = new Faults();
        var platform = TestDatabase.New(engine);
        await using (var ledger = new TestLedger(LedgerDatabase.Beside(platform, configured: null), wrap: faults.Around))
        {
            var (one, two) = (await ledger.Open(), await ledger.Open());
            var (empty, fresh) = (await ledger.OpenPurse(), await ledger.Open());
            using var held = faults.Hold();
            var first = ledger.Post(one, two, 1);
            await held.Reached;

            // Decided together, so that the batch has a row although the linked ones leave none.
            var linked = ledger.Ledger.PostLinked([ledger.Order(one, fresh, 5), ledger.Order(empty, one, 7)], Stop);
            var beside = ledger.Post(one, two, 1);
            held.Dispose();

            Accepted(await first);
            Assert.True((await linked).IsRefused(out _, out _));
            Accepted(await beside);
        }
        var verdict = await LedgerVerification.Run(
            platform, null, new Dictionary<string, long>(), new Dictionary<long, string>(), null, Stop);
        Assert.Null(verdict.Fault);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_batch_that_fails_leaves_no_trace_in_memory(Engine engine)
    {
        var faults = new Faults();
        await using var ledger = TestLedger.New(engine, wrap: faults.Around);
        var (purse, bank) = (await ledger.OpenPurse(holds: 100), await ledger.Open());
        var order = ledger.Order(purse, bank, 100);

        faults.FailBefore = 1;
        Refused(LedgerRefusals.Busy, await ledger.Post(order));

        // The purse was empty in memory for a moment; it must not be any more.
        Accepted(await ledger.Post(order));
        Assert.Equal(new LedgerBalance(100, 100, 0, 0), await ledger.Balance(purse));
        Assert.Equal([1L, 2L], (await ledger.Log()).Select(t => t.Position));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_batch_whose_answer_was_lost_is_found_again_by_its_ids(Engine engine)
    {
        var faults = new Faults();
        await using var ledger = TestLedger.New(engine, wrap: faults.Around);
        var (purse, bank) = (await ledger.OpenPurse(holds: 100), await ledger.Open());
        var order = ledger.Order(purse, bank, 100);

        faults.FailAfter = 1;
        Refused(LedgerRefusals.Busy, await ledger.Post(order));

        Assert.Equal(2, Accepted(await ledger.Post(order)).Position);
        Refused(LedgerRefusals.InsufficientFunds, await ledger.Post(purse, bank, 1));
        Assert.Equal(new LedgerBalance(100, 100, 0, 0), await ledger.Balance(purse));
        Assert.Equal(2, (await ledger.Log()).Count);
    }

    [Fact]
    public async Task A_severed_connection_is_made_again()
    {
        await using var ledger = TestLedger.New(Engine.Postgres);
        var (one, two) = (await ledger.Open(), await ledger.Open());
        Accepted(await ledger.Post(one, two, 1));

        await ledger.Execute("""
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
            """);

        var order = ledger.Order(one, two, 1);
        var outcome = await ledger.Post(order);
        while (outcome.IsRefused(out var why, out _))
        {
            Assert.Equal(LedgerRefusals.Busy, why);
            outcome = await ledger.Post(order);
        }
        Assert.Equal(2, (await ledger.Balance(one)).Debits);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_writer_that_was_replaced_writes_nothing_more(Engine engine)
    {
        var store = TestLedger.NewStore(engine);
        await using var stale = new TestLedger(store);
        var (purse, bank) = (await stale.OpenPurse(holds: 100), await stale.Open());
        await using var fresh = new TestLedger(store);
        Accepted(await fresh.Post(purse, bank, 100));
        var order = stale.Order(purse, bank, 100);

        for (var i = 0; i < 3; i++)
        {
            // The first would be refused anyway: but what the stale one remembers is no reason any more.
            Refused(LedgerRefusals.Busy, await stale.Post(purse, bank, 101));
            Refused(LedgerRefusals.Busy, await stale.Post(order));
            Refused(LedgerRefusals.Busy, await stale.Ledger.Open(
                new AccountOrder(stale.NewId(), "payee:1", "payee"), Stop));
        }

        Assert.Equal(2, (await fresh.Log()).Count);
        Refused(LedgerRefusals.InsufficientFunds, await fresh.Post(order));
        // It still answers questions, and starting it again makes it the writer.
        Assert.Equal(100, (await stale.Balance(purse)).Debits);
        await stale.Restart();
        Refused(LedgerRefusals.InsufficientFunds, await stale.Post(order));
        Accepted(await stale.Post(bank, purse, 1));
        Refused(LedgerRefusals.Busy, await fresh.Post(bank, purse, 1));
        Assert.Equal([1L, 2L, 3L], (await stale.Log()).Select(t => t.Position));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_writer_replaced_while_its_batch_failed_does_not_take_the_ledger_back(Engine engine)
    {
        var store = TestLedger.NewStore(engine);
        var faults = new Faults();
        await using var stale = new TestLedger(store, wrap: faults.Around);
        var (one, two) = (await stale.Open(), await stale.Open());
        faults.FailBefore = 1;
        Refused(LedgerRefusals.Busy, await stale.Post(one, two, 1));

        await using var fresh = new TestLedger(store);
        // The stale one may have gone on by itself meanwhile, in which case this replaces it again.
        Accepted(await fresh.Post(one, two, 2));

        Refused(LedgerRefusals.Busy, await stale.Post(one, two, 4));
        Accepted(await fresh.Post(one, two, 8));
        Assert.Equal(10, (await fresh.Balance(one)).Debits);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Stopping_the_writer_answers_all_who_wait(Engine engine)
    {
        await using var ledger = TestLedger.New(engine);
        var (one, two) = (await ledger.Open(), await ledger.Open());
        var waiting = Enumerable.Range(0, 100).Select(_ => ledger.Post(one, two, 1)).ToList();

        await ledger.DisposeAsync();

        Assert.All(await Task.WhenAll(waiting), outcome => Accepted(outcome));
        Refused(LedgerRefusals.Busy, await ledger.Post(one, two, 1));
        Assert.Equal(100, (await ledger.Balance(one)).Debits);
    }
}
