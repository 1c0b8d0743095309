using TinhSo.Kernel;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;
using static TinhSo.Ledger.Tests.TestLedger;

namespace TinhSo.Ledger.Tests.Verifying;

public class RootTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static readonly DateOnly First = new(2026, 2, 14);

    [Theory, MemberData(nameof(Engines))]
    public async Task The_root_of_a_day_is_the_hash_of_the_last_batch_that_moved_money_on_it_or_before(Engine engine)
    {
        var clock = new ManualClock(VietnamTime.StartOf(First));
        await using var ledger = TestLedger.New(engine, clock);
        var (till, shop) = (await ledger.Open(), await ledger.Open());
        Assert.Null(await Root(ledger, First));
        // The second day is one on which nothing moves, and the days differ in how many batches they have.
        int[] batches = [3, 0, 1, 7];
        var last = new List<long>();
        foreach (var count in batches)
        {
            for (var i = 0; i < count; i++)
            {
                Accepted(await ledger.Post(till, shop, 1 + i));
            }
            // An account opened after the day's last transfer belongs to no day's root.
            await ledger.Open();
            last.Add((await ledger.Log()).Count);
            clock.Advance(TimeSpan.FromDays(1));
        }
        clock.Advance(TimeSpan.FromMinutes(10));

        var roots = new List<LedgerRoot>();
        for (var day = 0; day < batches.Length; day++)
        {
            var root = await Root(ledger, First.AddDays(day));
            roots.Add(root!);
            Assert.Equal((First.AddDays(day), last[day]), (root!.Day, root.Position));
            Assert.Equal(64, root.Hash.Length);
        }
        Assert.Equal((roots[0].Batch, roots[0].Hash), (roots[1].Batch, roots[1].Hash));
        Assert.Equal(3, roots.Select(root => root.Hash).Distinct().Count());
        Assert.Null(await Root(ledger, First.AddDays(-1)));
        Assert.Null(await Root(ledger, First.AddDays(batches.Length)));
        Assert.Null(await Root(ledger, DateOnly.MaxValue));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_day_has_its_root_ten_minutes_after_it_ended_in_Vietnam(Engine engine)
    {
        var clock = new ManualClock(VietnamTime.StartOf(First.AddDays(1)).AddMicroseconds(-1));
        await using var ledger = TestLedger.New(engine, clock);
        Accepted(await ledger.Post(await ledger.Open(), await ledger.Open(), 1));

        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(await Root(ledger, First));
        clock.Advance(TimeSpan.FromMicroseconds(1));
        Assert.NotNull(await Root(ledger, First));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_ledger_that_was_made_anew_or_cut_off_contradicts_the_root_that_was_noted(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);
        await filled.Many(10);
        var root = (await filled.Verify()).RootHash;
        var batch = (await filled.Verify()).Batches;
        Assert.Null((await filled.VerifyNoted((batch, root.ToUpperInvariant()))).Fault);

        var other = (await filled.VerifyNoted((batch, new string('0', 64)))).Fault;
        Assert.Equal(("ledger_batch", $"{batch}"), (other?.Table, other?.Row));

        var beyond = (await filled.VerifyNoted((batch, root), (batch + 2, root), (batch + 1, root))).Fault;
        Assert.Equal(("ledger_batch", $"{batch + 1}"), (beyond?.Table, beyond?.Row));
    }

    private static Task<LedgerRoot?> Root(TestLedger ledger, DateOnly day) => ledger.Ledger.RootOf(day, Stop);
}
