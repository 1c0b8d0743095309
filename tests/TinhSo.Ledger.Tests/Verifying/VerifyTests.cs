using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Storage;
using TinhSo.Testing;
using static TinhSo.Ledger.Tests.TestLedger;

namespace TinhSo.Ledger.Tests.Verifying;

public class VerifyTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task An_honest_ledger_with_every_kind_of_transfer_is_found_right(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);

        var verdict = await filled.Verify(("payments.ledger", FilledLedger.Last), ("indicators.ledger", 0));

        Assert.Null(verdict.Fault);
        Assert.Equal((FilledLedger.Last, 4L), (verdict.Transfers, verdict.Accounts));
        Assert.Equal(await filled.Ask("select max(number) from ledger_batch"), $"{verdict.Batches}");
        Assert.Equal(await HashOf(verdict.Batches, filled, engine), verdict.RootHash);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Where_a_row_is_wrong_the_batches_before_it_are_what_was_found_right(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);
        await filled.Damage("update ledger_transfer set reference = 'B-2' where position = 30");

        var verdict = await filled.Verify();

        Assert.Equal((15L, 12L, 4L), (verdict.Batches, verdict.Transfers, verdict.Accounts));
        Assert.Equal(await HashOf(15, filled, engine), verdict.RootHash);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_ledger_is_found_right_at_any_moment_while_its_writer_goes_on(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);
        await filled.Many(1);
        var epoch = await filled.Ask("select epoch from ledger_owner");
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var writing = Task.Run(async () =>
        {
            var posted = 0;
            while (!enough.IsCancellationRequested)
            {
                Accepted(await filled.Ledger.Post(filled.Bank, await filled.Ledger.Open(), 5));
                posted++;
            }
            return posted;
        });

        var seen = new List<long>();
        while (seen.Count < 20 || seen[^1] == seen[0])
        {
            Stop.ThrowIfCancellationRequested();
            var verdict = await filled.Verify();
            Assert.Null(verdict.Fault);
            seen.Add(verdict.Transfers);
        }

        await enough.CancelAsync();
        Assert.True(await writing > 0);
        Assert.Equal(seen.Order(), seen);
        // Nobody took the writer's pen.
        Assert.Equal(epoch, await filled.Ask("select epoch from ledger_owner"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Balances_that_are_not_written_yet_are_no_fault(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);
        await filled.DamageBehind("delete from ledger_balance");
        await filled.DamageBehind("delete from ledger_mark");
        await filled.DamageBehind("update ledger_behind set position = 0");

        Assert.Null((await filled.Verify()).Fault);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_store_without_a_ledger_is_not_found_right_and_no_ledger_is_made_there(Engine engine)
    {
        var platform = TestDatabase.New(engine);
        for (var i = 0; i < 2; i++)
        {
            var verdict = await Prove(platform);
            Assert.Equal(("ledger_owner", "1"), (verdict.Fault?.Table, verdict.Fault?.Row));
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_empty_ledger_is_found_right_and_its_root_hash_is_that_of_nothing(Engine engine)
    {
        var platform = TestDatabase.New(engine);
        await using var ledger = new TestLedger(LedgerDatabase.Beside(platform, null));
        await ledger.Store.Upgrade(Stop);

        var verdict = await Prove(platform);

        Assert.Equal(new LedgerVerdict(0, 0, 0, new string('0', 64), null), verdict);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_follower_that_is_beyond_the_logs_end_is_named(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);

        var verdict = await filled.Verify(("a.ledger", 3), ("payments.ledger", FilledLedger.Last + 1));

        Assert.Equal(("kernel_cursor", "payments.ledger"), (verdict.Fault?.Table, verdict.Fault?.Row));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Progress_goes_from_nothing_to_all(Engine engine)
    {
        var platform = TestDatabase.New(engine);
        await using var ledger = new TestLedger(LedgerDatabase.Beside(platform, null));
        var (one, two) = (await ledger.Open(), await ledger.Open());
        for (var i = 0; i < 11; i++)
        {
            var linked = Enumerable.Range(0, 1_000).Select(_ => ledger.Order(one, two, 1));
            Accepted(await ledger.Ledger.PostLinked([.. linked], Stop));
        }
        var parts = new Parts();

        var verdict = await Prove(platform, parts);

        Assert.Equal((null, 11_000L), (verdict.Fault, verdict.Transfers));
        Assert.True(parts.Seen.Count >= 3);
        Assert.Equal(parts.Seen.Order(), parts.Seen);
        Assert.Equal(1, parts.Seen[^1]);
    }

    private static Task<string> HashOf(long batch, FilledLedger filled, Engine engine) => filled.Ask(
        $"select {(engine is Engine.Sqlite ? "lower(hex(hash))" : "encode(hash, 'hex')")} from ledger_batch where number = {batch}");

    private sealed class Parts : IProgress<double>
    {
        public List<double> Seen { get; } = [];

        public void Report(double value) => Seen.Add(value);
    }

    private static Task<LedgerVerdict> Prove(Database platform, IProgress<double>? parts = null) => LedgerVerification.Run(
        platform, null, new Dictionary<string, long>(), new Dictionary<long, string>(), parts, Stop);
}
