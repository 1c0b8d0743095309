using System.Globalization;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Books;
using TinhSo.Testing;
using static TinhSo.Ledger.Tests.TestLedger;

namespace TinhSo.Ledger.Tests.Writing;

public class WriteBehindTests
{
    private const int Rows = 300;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_clean_stop_leaves_nothing_to_replay(Engine engine)
    {
        await using var ledger = TestLedger.New(engine);
        await ledger.OpenPurse(500);

        await ledger.Restart();
        await using var store = ledger.Store.OpenStore();
        var taken = await store.Take(Guid.CreateVersion7(), goesOn: false, Stop);

        Assert.Equal((1, 0), (taken.Position, taken.Replayed));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Any_past_balance_of_an_account_with_many_rows_is_found(Engine engine)
    {
        var clock = new ManualClock();
        await using var ledger = TestLedger.New(engine, clock);
        var (bank, purse) = (await ledger.Open(), await ledger.Open());
        var moments = new List<DateTimeOffset>();
        for (var row = 1; row <= Rows; row++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            moments.Add(Accepted(await ledger.Post(bank, purse, row)).PostedAt);
        }

        await ledger.Restart();

        for (var row = 0; row <= Rows; row += 7)
        {
            var moment = row == 0 ? moments[0].AddSeconds(-1) : moments[row - 1].AddMilliseconds(500);
            var balance = await ledger.Ledger.BalanceAt(purse, moment, Stop);
            Assert.Equal(row * (row + 1L) / 2, balance!.Credits);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_was_written_behind_is_made_again_from_the_log_when_it_is_lost(Engine engine)
    {
        await using var ledger = TestLedger.New(engine);
        var (bank, purse) = (await ledger.Open(), await ledger.OpenPurse(10));
        for (var row = 0; row < Rows; row++)
        {
            Accepted(await ledger.Post(bank, purse, 10));
        }
        await ledger.Restart();
        await ledger.Lose();

        await ledger.Restart();
        Accepted(await ledger.Post(purse, bank, 10));
        await ledger.Restart();

        Assert.Equal(10L * Rows, (await ledger.Balance(purse)).CreditBalance);
        var trial = await ledger.Ledger.TrialBalance(Stop);
        Assert.Equal((trial.Credits, Rows + 2L), (trial.Debits, trial.Position));
        var page = await ledger.Ledger.Statement(purse, null, 200, Stop);
        var next = await ledger.Ledger.Statement(purse, page.Next, 200, Stop);
        Assert.Equal(Rows + 2, page.Items.Count + next.Items.Count);
        Assert.Equal((string?)null, next.Next);
        Assert.Equal(10, next.Items[^1].CreditBalance);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_page_of_a_statement_begins_only_at_a_row_of_the_account_itself(Engine engine)
    {
        await using var ledger = TestLedger.New(engine);
        var (bank, one, other) = (await ledger.Open(), await ledger.Open(), await ledger.Open());
        Accepted(await ledger.Post(bank, one, 1));
        var foreign = Accepted(await ledger.Post(bank, other, 2)).Position;

        var page = await ledger.Ledger.Statement(one, foreign.ToString(CultureInfo.InvariantCulture), 10, Stop);

        Assert.Empty(page.Items);
    }

    [Fact]
    public void An_id_that_was_seen_is_never_taken_for_a_new_one_and_a_new_one_seldom_for_seen()
    {
        const int Ids = 3_000_000;
        var seen = new SeenIds(1_000);
        var known = Enumerable.Range(0, Ids).Select(_ => Guid.CreateVersion7()).ToList();
        known.ForEach(seen.Add);

        Assert.All(known, id => Assert.True(seen.MayContain(id)));
        Assert.InRange(Enumerable.Range(0, 100_000).Count(_ => seen.MayContain(Guid.CreateVersion7())), 0, 4_000);
    }
}
