namespace TinhSo.Indicators.Counting;

/// <summary>Where a tally keeps what it counts: in tables, or in memory to verify them.</summary>
internal interface ITallyStore
{
    ValueTask<CountedRow?> FindRow(Guid id, CancellationToken stop);

    ValueTask<Withdrawal?> FindWithdrawal(Guid id, CancellationToken stop);

    ValueTask<ReceiptOfTransfer?> FindReceipt(Guid transferId, CancellationToken stop);

    /// <summary>All states of one key of a register, in any order.</summary>
    ValueTask<IReadOnlyList<CountedRow>> StatesOf(string selection, string key, CancellationToken stop);

    void Add(CountedRow row);

    void Add(Withdrawal withdrawal);

    void Add(ReceiptOfTransfer receipt);

    /// <summary>Lets no other feed finish meanwhile: both may be finding out about the same money.</summary>
    void TakeTurns();

    /// <summary>Adds to the sums of a month.</summary>
    void AddToRollup(RollupKey key, long count, long amount);

    /// <summary>Adds to how often a key was active on a day.</summary>
    void AddToActivity(ActivityKey key, long count);
}

/// <summary>One sum: a selection's rows of one month and one value of each dimension.</summary>
internal sealed record RollupKey(string Selection, string Month, string Place, string Class, string Channel);

/// <summary>One key's activity on one day.</summary>
internal sealed record ActivityKey(
    string Selection, DateOnly Day, string Key, string Place, string Class, string Channel);
