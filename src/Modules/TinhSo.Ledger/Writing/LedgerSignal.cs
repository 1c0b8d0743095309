namespace TinhSo.Ledger.Writing;

/// <summary>Wakes all who follow the log in this process; a hint only, since the truth is in the store.</summary>
internal sealed class LedgerSignal
{
    private TaskCompletionSource next = New();

    /// <summary>Ends when the log next grows. Taken before reading, so that nothing is missed in between.</summary>
    public Task Next => Volatile.Read(ref next).Task;

    public void Raise() => Interlocked.Exchange(ref next, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
