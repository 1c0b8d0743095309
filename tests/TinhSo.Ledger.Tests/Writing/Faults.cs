using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Tests.Writing;

/// <summary>Has a real store fail, or wait, at chosen moments.</summary>
internal sealed class Faults
{
    private Gate? gate;
    private Gate? readGate;

    /// <summary>How many of the next batches fail before anything is written.</summary>
    public int FailBefore { get; set; }

    /// <summary>How many of the next batches are written, and then fail all the same.</summary>
    public int FailAfter { get; set; }

    public ILedgerStore Around(ILedgerStore store) => new FaultyStore(store, this);

    /// <summary>Has the next batch wait until the answer is disposed.</summary>
    public Gate Hold() => gate = new Gate();

    /// <summary>Has the next look for what was recorded, and so all deciding, wait until the answer is disposed.</summary>
    public Gate HoldDeciding() => readGate = new Gate();

    internal sealed class Gate : IDisposable
    {
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => reached.Task;

        public Task Pass()
        {
            reached.TrySetResult();
            return opened.Task;
        }

        public void Dispose() => opened.TrySetResult();
    }

    private sealed class FaultyStore(ILedgerStore store, Faults faults) : ILedgerStore
    {
        public Task<Taken> Take(Guid writer, bool goesOn, CancellationToken stop) => store.Take(writer, goesOn, stop);

        public async Task<IReadOnlyList<LedgerTransfer>> FindRecorded(
            IReadOnlyCollection<Guid> ids, IReadOnlyCollection<Guid> originals, CancellationToken stop)
        {
            if (Interlocked.Exchange(ref faults.readGate, null) is { } held)
            {
                await held.Pass();
            }
            return await store.FindRecorded(ids, originals, stop);
        }

        public Task ReadIds(Action<Guid> seen, CancellationToken stop) => store.ReadIds(seen, stop);

        public Task Confirm(long epoch, CancellationToken stop) => store.Confirm(epoch, stop);

        public async Task Append(Batch batch, CancellationToken stop)
        {
            if (Interlocked.Exchange(ref faults.gate, null) is { } held)
            {
                await held.Pass();
            }
            if (faults.FailBefore > 0)
            {
                faults.FailBefore--;
                throw new IOException("The disk is full.");
            }
            await store.Append(batch, stop);
            if (faults.FailAfter > 0)
            {
                faults.FailAfter--;
                throw new IOException("The connection was lost before the answer came.");
            }
        }

        public ValueTask DisposeAsync() => store.DisposeAsync();
    }
}
