using TinhSo.Kernel.Storage;
using TinhSo.Testing;
using static TinhSo.Ledger.Tests.TestLedger;

namespace TinhSo.Ledger.Tests.Transfers;

public class LinkedTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Linked_transfers_are_all_posted_in_their_order(Engine engine)
    {
        await using var ledger = TestLedger.New(engine);
        var (purse, bank) = (await ledger.OpenPurse(), await ledger.Open());
        var fill = ledger.Order(bank, purse, 100);
        var reserve = ledger.Order(purse, bank, 60, TransferKind.Reserve);
        var capture = ledger.Order(Guid.Empty, Guid.Empty, 60, TransferKind.Capture) with { Original = reserve.Id };

        var posted = Accepted(await ledger.Ledger.PostLinked([fill, reserve, capture], Stop));

        Assert.Equal([fill.Id, reserve.Id, capture.Id], posted.Select(t => t.Id));
        Assert.Equal([1L, 2L, 3L], posted.Select(t => t.Position));
        Assert.Equal(new LedgerBalance(60, 100, 0, 0), await ledger.Balance(purse));
        Assert.Equal(posted, await ledger.Log());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task When_one_is_refused_none_is_posted_and_the_log_has_no_gap(Engine engine)
    {
        await using var ledger = TestLedger.New(engine);
        var (purse, bank) = (await ledger.OpenPurse(holds: 100), await ledger.Open());
        var reserved = Accepted(await ledger.Post(ledger.Order(purse, bank, 10, TransferKind.Reserve)));
        var capture = ledger.Settle(TransferKind.Capture, reserved, 10);
        TransferOrder[] linked = [ledger.Order(bank, purse, 5), capture, ledger.Order(purse, bank, 96)];

        var refused = ledger.Ledger.PostLinked(linked, Stop);
        // In the same batch: what was undone must not stand in its way.
        var alone = ledger.Post(capture);
        var first = ledger.Post(linked[0]);

        Refused(LedgerRefusals.InsufficientFunds, await refused);
        Assert.Equal(3, Accepted(await alone).Position);
        Assert.Equal(4, Accepted(await first).Position);
        Assert.Equal(new LedgerBalance(10, 105, 0, 0), await ledger.Balance(purse));
        Assert.Equal([1L, 2L, 3L, 4L], (await ledger.Log()).Select(t => t.Position));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Linked_orders_are_repeated_wholly_or_not_at_all(Engine engine)
    {
        await using var ledger = TestLedger.New(engine);
        var (one, two) = (await ledger.Open(), await ledger.Open());
        TransferOrder[] linked = [ledger.Order(one, two, 1), ledger.Order(one, two, 2)];
        var first = Accepted(await ledger.Ledger.PostLinked(linked, Stop));

        Assert.Equal(first, Accepted(await ledger.Ledger.PostLinked(linked, Stop)));
        await ledger.Restart();
        Assert.Equal(first, Accepted(await ledger.Ledger.PostLinked(linked, Stop)));
        Assert.Equal(first[0], Accepted(await ledger.Post(linked[0])));

        var fresh = ledger.Order(one, two, 3);
        Refused(LedgerRefusals.IdUsedDifferently, await ledger.Ledger.PostLinked([linked[0], fresh], Stop));
        Refused(LedgerRefusals.IdUsedDifferently, await ledger.Ledger.PostLinked([fresh, fresh], Stop));
        Refused(LedgerRefusals.Malformed, await ledger.Ledger.PostLinked([], Stop));
        Refused(LedgerRefusals.Malformed, await ledger.Ledger.PostLinked(
            [.. Enumerable.Range(0, 1_001).Select(_ => ledger.Order(one, two, 1))], Stop));
        Assert.Equal(2, (await ledger.Log()).Count);
    }
}
