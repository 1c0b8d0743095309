using System.Runtime.InteropServices;

namespace TinhSo.Indicators.Counting;

/// <summary>Counts in memory alone: what verification compares the tables with.</summary>
internal sealed class MemoryStore : ITallyStore
{
    private readonly Dictionary<Guid, Withdrawal> withdrawals = [];
    private readonly Dictionary<(string, string), List<CountedRow>> states = [];

    public Dictionary<Guid, CountedRow> Rows { get; } = [];

    public Dictionary<Guid, ReceiptOfTransfer> Receipts { get; } = [];

    public Dictionary<RollupKey, (long Count, long Amount)> Rollups { get; } = [];

    public Dictionary<ActivityKey, long> Activities { get; } = [];

    public ValueTask<CountedRow?> FindRow(Guid id, CancellationToken stop) => new(Rows.GetValueOrDefault(id));

    public ValueTask<Withdrawal?> FindWithdrawal(Guid id, CancellationToken stop) =>
        new(withdrawals.GetValueOrDefault(id));

    public ValueTask<ReceiptOfTransfer?> FindReceipt(Guid transferId, CancellationToken stop) =>
        new(Receipts.GetValueOrDefault(transferId));

    public ValueTask<IReadOnlyList<CountedRow>> StatesOf(string selection, string key, CancellationToken stop) =>
        new(states.TryGetValue((selection, key), out var found) ? found : []);

    public void Add(CountedRow row)
    {
        Rows.Add(row.Id, row);
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(states, (row.Selection, row.Key), out _);
        (list ??= []).Add(row);
    }

    public void Add(Withdrawal withdrawal) => withdrawals.Add(withdrawal.Id, withdrawal);

    public void Add(ReceiptOfTransfer receipt) => Receipts.Add(receipt.TransferId, receipt);

    public void TakeTurns()
    {
        // Nobody else counts here.
    }

    public void AddToRollup(RollupKey key, long count, long amount)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(Rollups, key, out _);
        sum = (sum.Count + count, sum.Amount + amount);
    }

    public void AddToActivity(ActivityKey key, long count)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(Activities, key, out _);
        sum += count;
    }
}
