namespace TinhSo.Indicators.Counting;

/// <summary>Notes which rows a tally asks for, so that they can be read at once. Keeps and finds nothing.</summary>
internal sealed class ExpectedRows : ITallyStore
{
    public HashSet<Guid> Ids { get; } = [];

    public ValueTask<CountedRow?> FindRow(Guid id, CancellationToken stop)
    {
        Ids.Add(id);
        return new((CountedRow?)null);
    }

    public ValueTask<Withdrawal?> FindWithdrawal(Guid id, CancellationToken stop) => new((Withdrawal?)null);

    public ValueTask<ReceiptOfTransfer?> FindReceipt(Guid transferId, CancellationToken stop) =>
        new((ReceiptOfTransfer?)null);

    public ValueTask<IReadOnlyList<CountedRow>> StatesOf(string selection, string key, CancellationToken stop) =>
        new((IReadOnlyList<CountedRow>)[]);

    public void Add(CountedRow row)
    {
    }

    public void Add(Withdrawal withdrawal)
    {
    }

    public void Add(ReceiptOfTransfer receipt)
    {
    }

    public void TakeTurns()
    {
    }

    public void AddToRollup(RollupKey key, long count, long amount)
    {
    }

    public void AddToActivity(ActivityKey key, long count)
    {
    }
}
