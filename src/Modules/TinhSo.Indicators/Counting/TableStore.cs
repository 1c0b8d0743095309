using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using TinhSo.Indicators.Storage;
using TinhSo.Kernel;

namespace TinhSo.Indicators.Counting;

/// <summary>Counts into tracked entities of the module's database; who uses it saves them.</summary>
/// <param name="db">Its tables.</param>
/// <param name="feed">Who writes: sums of one feed are never touched by the other.</param>
internal sealed class TableStore(IndicatorsDb db, string feed) : ITallyStore
{
    public const string LedgerFeed = "ledger";
    public const string FactsFeed = "facts";

    // Held, since asking for it anew would look for changes in everything that is tracked.
    private readonly LocalView<CountedRow> rows = db.Rows.Local;
    private readonly HashSet<Guid> lookedUp = [];
    private bool changed;
    private bool takesTurns;
    private readonly Dictionary<RollupKey, (long Count, long Amount)> rollups = [];
    private readonly Dictionary<ActivityKey, long> activities = [];

    /// <summary>Reads the rows that will be asked for at once, instead of one by one.</summary>
    public async Task Expect(IReadOnlyCollection<Guid> rowIds, CancellationToken stop)
    {
        foreach (var some in rowIds.Where(lookedUp.Add).Chunk(1000))
        {
            await db.Rows.Where(r => some.Contains(r.Id)).LoadAsync(stop);
        }
    }

    public async ValueTask<CountedRow?> FindRow(Guid id, CancellationToken stop) =>
        rows.FindEntry(id)?.Entity
        ?? (lookedUp.Contains(id) ? null : await db.Rows.FindAsync([id], stop));

    public ValueTask<Withdrawal?> FindWithdrawal(Guid id, CancellationToken stop) =>
        db.Withdrawals.FindAsync([id], stop);

    public ValueTask<ReceiptOfTransfer?> FindReceipt(Guid transferId, CancellationToken stop) =>
        db.Receipts.FindAsync([transferId], stop);

    public async ValueTask<IReadOnlyList<CountedRow>> StatesOf(string selection, string key, CancellationToken stop)
    {
        await db.Rows.Where(r => r.Selection == selection && r.Key == key).LoadAsync(stop);
        // Those that are not yet saved are only known here.
        return [.. rows.Where(r => r.Selection == selection && r.Key == key)];
    }

    public void Add(CountedRow row)
    {
        db.Add(row);
        changed = true;
    }

    public void Add(Withdrawal withdrawal)
    {
        db.Add(withdrawal);
        changed = true;
    }

    public void TakeTurns() => takesTurns = true;

    public void Add(ReceiptOfTransfer receipt) => db.Add(receipt);

    public void AddToRollup(RollupKey key, long count, long amount)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(rollups, key, out _);
        sum = (sum.Count + count, sum.Amount + amount);
    }

    public void AddToActivity(ActivityKey key, long count)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(activities, key, out _);
        sum += count;
    }

    /// <summary>Brings the collected sums into the tracked entities, and marks that figures have moved.</summary>
    public async Task Flush(CancellationToken stop)
    {
        var sums = rollups.Where(r => r.Value != (0, 0)).ToDictionary(r => RollupId(r.Key));
        await db.Rollups.Where(r => sums.Keys.Contains(r.Id)).LoadAsync(stop);
        foreach (var (id, (key, sum)) in sums)
        {
            var rollup = db.Rollups.Local.FindEntry(id)?.Entity ?? db.Add(NewRollup(id, key)).Entity;
            (rollup.Count, rollup.Amount) = (rollup.Count + sum.Count, rollup.Amount + sum.Amount);
            rollup.Changes++;
            changed = true;
        }
        var days = activities.Where(a => a.Value != 0).ToDictionary(a => ActivityId(a.Key));
        await db.Activities.Where(a => days.Keys.Contains(a.Id)).LoadAsync(stop);
        foreach (var (id, (key, count)) in days)
        {
            var activity = db.Activities.Local.FindEntry(id)?.Entity ?? db.Add(NewActivity(id, key)).Entity;
            activity.Count += count;
            activity.Changes++;
            changed = true;
        }
        // The stamp is compared when it is saved: of two that count in one feed at once, one begins again.
        if (changed)
        {
            (await db.CursorNamed(Stamps.Of(feed), stop)).Position++;
        }
        if (takesTurns)
        {
            (await db.CursorNamed(Stamps.Turns, stop)).Position++;
        }
        (changed, takesTurns) = (false, false);
        rollups.Clear();
        activities.Clear();
    }

    private Guid RollupId(RollupKey k) => Ids.From($"indicators.rollup.{feed}",
        $"{k.Selection}\n{k.Month}\n{k.Place}\n{k.Class}\n{k.Channel}");

    private static Guid ActivityId(ActivityKey k) => Ids.From("indicators.activity", string.Create(
        CultureInfo.InvariantCulture, $"{k.Selection}\n{k.Day:O}\n{k.Place}\n{k.Class}\n{k.Channel}\n{k.Key}"));

    private Rollup NewRollup(Guid id, RollupKey key) => new()
    {
        Id = id,
        Selection = key.Selection,
        Month = key.Month,
        Place = key.Place,
        Class = key.Class,
        Channel = key.Channel,
        Feed = feed,
    };

    private static Activity NewActivity(Guid id, ActivityKey key) => new()
    {
        Id = id,
        Selection = key.Selection,
        Day = key.Day,
        Key = key.Key,
        Place = key.Place,
        Class = key.Class,
        Channel = key.Channel,
    };
}

/// <summary>The names of the counters that move whenever something that pages show has moved.</summary>
internal static class Stamps
{
    public const string Load = "indicators.stamp.load";

    /// <summary>Moved by whichever feed takes money back, so that neither misses what the other finds out.</summary>
    public const string Turns = "indicators.turns";

    public static readonly string[] All = [Of(TableStore.LedgerFeed), Of(TableStore.FactsFeed), Load];

    public static string Of(string feed) => $"indicators.stamp.{feed}";
}
