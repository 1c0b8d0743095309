namespace TinhSo.Ledger.Bench;

/// <summary>The yardstick: each transfer reads two balances, updates both, inserts one row, and commits.</summary>
internal interface INaiveLedger : IAsyncDisposable
{
    Task Prepare(IReadOnlyList<Guid> accounts, CancellationToken stop);

    Task Post(Guid id, Guid debit, Guid credit, long amount);
}
