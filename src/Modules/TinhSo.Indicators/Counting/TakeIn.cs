using TinhSo.Indicators.Definitions;
using TinhSo.Indicators.Storage;
using TinhSo.Kernel.Facts;
using TinhSo.Ledger;

namespace TinhSo.Indicators.Counting;

/// <summary>Takes transfers and facts into the tables; who calls it saves them.</summary>
internal sealed class TakeIn(IndicatorsDb db, Selections selections) : IHearAll, IFollowLedger
{
    public Task Hear(NamedFact fact, CancellationToken stop) => Hear([fact], stop);

    public Task Hear(IReadOnlyList<NamedFact> facts, CancellationToken stop) =>
        Take(TableStore.FactsFeed, async tally =>
        {
            foreach (var fact in facts)
            {
                await tally.Take(fact, stop);
            }
        }, stop);

    public Task Follow(IReadOnlyList<LedgerTransfer> transfers, CancellationToken stop) =>
        Take(TableStore.LedgerFeed, async tally =>
        {
            foreach (var transfer in transfers)
            {
                await tally.Take(transfer, stop);
            }
        }, stop);

    private async Task Take(string feed, Func<Tally, Task> take, CancellationToken stop)
    {
        var known = await selections.Read(db, stop);
        var expected = new ExpectedRows();
        await take(new Tally(known, expected));
        var store = new TableStore(db, feed);
        await store.Expect(expected.Ids, stop);
        await take(new Tally(known, store));
        await store.Flush(stop);
    }
}
