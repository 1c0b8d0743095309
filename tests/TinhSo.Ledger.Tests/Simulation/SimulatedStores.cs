using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>A process's way to the log on the disk.</summary>
internal sealed class SimulatedStore(SimulatedDisk disk, Turnstile turnstile, int process) : ILedgerStore
{
    public async Task<Taken> Take(Guid writer, bool goesOn, CancellationToken stop)
    {
        var fault = await Pass(new Call(CallKind.Take));
        var taken = disk.Take(writer, goesOn, process);
        LoseAnswer(fault);
        return taken;
    }

    public async Task ReadIds(Action<Guid> seen, CancellationToken stop)
    {
        var fault = await Pass(new Call(CallKind.ReadIds));
        foreach (var id in disk.Ids)
        {
            seen(id);
        }
        LoseAnswer(fault);
    }

    public async Task<IReadOnlyList<LedgerTransfer>> FindRecorded(
        IReadOnlyCollection<Guid> ids, IReadOnlyCollection<Guid> originals, CancellationToken stop)
    {
        var fault = await Pass(new Call(CallKind.FindRecorded));
        var found = disk.Find(ids, originals);
        LoseAnswer(fault);
        return found;
    }

    public async Task Append(Batch batch, CancellationToken stop)
    {
        var fault = await Pass(new Call(CallKind.Append) { Batch = batch });
        if (fault is Fault.Late)
        {
            disk.Doubt(batch);
        }
        else
        {
            disk.Append(batch);
        }
        LoseAnswer(fault);
    }

    public async Task Confirm(long epoch, CancellationToken stop)
    {
        var fault = await Pass(new Call(CallKind.Confirm));
        disk.Confirm(epoch);
        LoseAnswer(fault);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<Fault> Pass(Call call)
    {
        var fault = await turnstile.Pass(call);
        return fault is Fault.Before ? throw new IOException("Nothing was done.") : fault;
    }

    private static void LoseAnswer(Fault fault)
    {
        if (fault is not Fault.None)
        {
            throw new IOException("The answer was lost.");
        }
    }
}

/// <summary>A process's way to the balances behind the log.</summary>
internal sealed class SimulatedBalances(SimulatedDisk disk, Turnstile turnstile) : IBalanceStore
{
    public async Task Write(
        IReadOnlyList<Balance> balances, IReadOnlyList<Mark> marks, long? upTo, CancellationToken stop)
    {
        var piece = new Piece([.. balances], [.. marks], upTo);
        var fault = await turnstile.Pass(new Call(CallKind.WriteBalances) { Piece = piece });
        if (fault is not Fault.Before)
        {
            disk.Balances.Write(piece);
        }
        if (fault is not Fault.None)
        {
            throw new IOException("The balances were not written, or it was not said so.");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
