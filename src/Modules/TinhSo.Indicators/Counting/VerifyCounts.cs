using Microsoft.EntityFrameworkCore;
using TinhSo.Indicators.Definitions;
using TinhSo.Indicators.Storage;
using TinhSo.Kernel.Facts;
using TinhSo.Ledger;

namespace TinhSo.Indicators.Counting;

/// <summary>Counts both logs in memory, and compares every sum with the one that is kept.</summary>
internal sealed class VerifyCounts(IndicatorsDb db, Selections selections, FactLog facts, ILedger ledger)
{
    private const int ChunkMax = 2_000;

    public async Task<VerifyReport> Verify(CancellationToken stop)
    {
        var expected = await Count(stop);
        var rollups = await db.Rollups.AsNoTracking()
            .GroupBy(r => new { r.Selection, r.Month, r.Place, r.Class, r.Channel })
            .Select(g => new { g.Key, Count = g.Sum(r => r.Count), Amount = g.Sum(r => r.Amount) })
            .ToListAsync(stop);
        var activities = await db.Activities.AsNoTracking().ToListAsync(stop);
        var (compared, differences) = (0, new List<SumDifference>());

        Compare(
            rollups.ToDictionary(
                r => new RollupKey(r.Key.Selection, r.Key.Month, r.Key.Place, r.Key.Class, r.Key.Channel).ToString(),
                r => (r.Count, r.Amount)),
            expected.Rollups.ToDictionary(r => r.Key.ToString(), r => r.Value));
        Compare(
            activities.ToDictionary(
                a => new ActivityKey(a.Selection, a.Day, a.Key, a.Place, a.Class, a.Channel).ToString(),
                a => (a.Count, 0L)),
            expected.Activities.ToDictionary(a => a.Key.ToString(), a => (a.Value, 0L)));
        return new VerifyReport(compared, differences);

        void Compare(Dictionary<string, (long, long)> kept, Dictionary<string, (long, long)> right)
        {
            foreach (var key in kept.Keys.Union(right.Keys).Order(StringComparer.Ordinal))
            {
                compared++;
                var (has, wants) = (kept.GetValueOrDefault(key), right.GetValueOrDefault(key));
                if (has != wants)
                {
                    differences.Add(new SumDifference(key, has.ToString(), wants.ToString()));
                }
            }
        }
    }

    private async Task<MemoryStore> Count(CancellationToken stop)
    {
        var store = new MemoryStore();
        var tally = new Tally(await selections.Read(db, stop), store);
        var position = 0L;
        while (await ledger.ReadLog(position, ChunkMax, stop) is { Count: > 0 } chunk)
        {
            foreach (var transfer in chunk)
            {
                await tally.Take(transfer, stop);
            }
            position = chunk[^1].Position;
        }
        var after = Guid.Empty;
        while (await facts.Read(after, ChunkMax, stop) is { Count: > 0 } chunk)
        {
            foreach (var fact in chunk)
            {
                await tally.Take(fact, stop);
            }
            after = chunk[^1].Id;
        }
        return store;
    }
}
