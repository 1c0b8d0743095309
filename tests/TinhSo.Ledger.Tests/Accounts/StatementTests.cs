using TinhSo.Kernel.Storage;
using TinhSo.Testing;
using static TinhSo.Ledger.Tests.TestLedger;

namespace TinhSo.Ledger.Tests.Accounts;

public class StatementTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_statement_runs_from_the_newest_to_the_oldest_in_pages(Engine engine)
    {
        await using var ledger = TestLedger.New(engine);
        var (mine, other, third) = (await ledger.Open(), await ledger.Open(), await ledger.Open());
        var reserved = Accepted(await ledger.Post(ledger.Order(mine, other, 50, TransferKind.Reserve)));
        for (var i = 1; i <= 5; i++)
        {
            Accepted(await ledger.Post(other, mine, i * 100));
            Accepted(await ledger.Post(mine, third, i));
            Accepted(await ledger.Post(other, third, 9));
        }
        var captured = Accepted(await ledger.Post(ledger.Settle(TransferKind.Capture, reserved, 30)));
        Accepted(await ledger.Post(ledger.Settle(TransferKind.Reverse, captured)));

        var lines = new List<StatementLine>();
        string? cursor = null;
        do
        {
            var page = await ledger.Ledger.Statement(mine, cursor, 4, Stop);
            Assert.InRange(page.Items.Count, 1, 4);
            lines.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);

        Assert.Equal([30L, -30, -5, 500, -4, 400, -3, 300, -2, 200, -1, 100, 0], lines.Select(l => l.Change));
        Assert.Equal([1485L, 1455, 1485, 1490, 990, 994, 594, 597, 297, 299, 99, 100, 0],
            lines.Select(l => l.CreditBalance));
        var log = await ledger.Log();
        Assert.Equal(log.Where(t => t.Debit == mine || t.Credit == mine).Reverse(), lines.Select(l => l.Transfer));
        Assert.Empty((await ledger.Ledger.Statement(ledger.NewId(), null, 500, Stop)).Items);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Any_past_balance_is_that_of_the_transfers_up_to_then(Engine engine)
    {
        var clock = new ManualClock();
        await using var ledger = TestLedger.New(engine, clock);
        var (mine, other) = (await ledger.Open(), await ledger.Open());
        var start = clock.GetUtcNow();
        for (var i = 0; i < 20; i++)
        {
            var kind = i % 3 == 0 ? TransferKind.Reserve : TransferKind.Post;
            var (debit, credit) = i % 2 == 0 ? (mine, other) : (other, mine);
            Accepted(await ledger.Post(ledger.Order(debit, credit, i + 1, kind)));
            // Some moments have several transfers, and some none.
            clock.Advance(TimeSpan.FromMicroseconds(i % 4 == 0 ? 0 : 3));
        }
        var log = await ledger.Log();

        for (var moment = start.AddMicroseconds(-1); moment <= clock.GetUtcNow(); moment = moment.AddMicroseconds(1))
        {
            var until = log.Where(t => t.PostedAt <= moment).ToList();
            var expected = new LedgerBalance(
                Sum(until, TransferKind.Post, t => t.Debit), Sum(until, TransferKind.Post, t => t.Credit),
                Sum(until, TransferKind.Reserve, t => t.Debit), Sum(until, TransferKind.Reserve, t => t.Credit));
            Assert.Equal(expected, await ledger.Ledger.BalanceAt(mine, moment, Stop));
            // The same moment on another clock.
            var elsewhere = moment.ToOffset(TimeSpan.FromHours(7));
            Assert.Equal(expected, await ledger.Ledger.BalanceAt(mine, elsewhere, Stop));
        }
        Assert.Null(await ledger.Ledger.BalanceAt(ledger.NewId(), start, Stop));

        long Sum(List<LedgerTransfer> until, TransferKind kind, Func<LedgerTransfer, Guid> side) =>
            until.Where(t => t.Kind == kind && side(t) == mine).Sum(t => t.Amount);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_trial_balance_holds_sums_that_no_account_could(Engine engine)
    {
        await using var ledger = TestLedger.New(engine);
        Assert.Equal(0, (await ledger.Ledger.TrialBalance(Stop)).Position);
        for (var i = 0; i < 3; i++)
        {
            Accepted(await ledger.Post(await ledger.Open(kind: "bank"), await ledger.Open(kind: "Ấp"), long.MaxValue));
        }

        var trial = await ledger.Ledger.TrialBalance(Stop);

        var sum = (Int128)long.MaxValue * 3;
        Assert.Equal((3L, sum, sum), (trial.Position, trial.Debits, trial.Credits));
        Assert.Equal([new("bank", 3, sum, 0), new TrialBalanceLine("Ấp", 3, 0, sum)], trial.Kinds);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_log_is_read_in_pieces_without_gaps_and_time_never_runs_back(Engine engine)
    {
        await using var ledger = TestLedger.New(engine);
        var (one, two) = (await ledger.Open(), await ledger.Open());
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => ledger.Post(one, two, 1)));

        var read = new List<LedgerTransfer>();
        while (await ledger.Ledger.ReadLog(read.Count, 7, Stop) is { Count: > 0 } piece)
        {
            Assert.InRange(piece.Count, 1, 7);
            read.AddRange(piece);
        }

        Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), read.Select(t => t.Position));
        Assert.Equal(read.Select(t => t.PostedAt).Order(), read.Select(t => t.PostedAt));
        Assert.All(read, t => Assert.Equal(0, t.PostedAt.Ticks % TimeSpan.TicksPerMicrosecond));
        Assert.Equal(read[6], await ledger.Ledger.FindTransfer(read[6].Id, Stop));
        Assert.Null(await ledger.Ledger.FindTransfer(one, Stop));
    }
}
