using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>What a task of the engine asks of the simulated world.</summary>
internal enum CallKind
{
    Take,
    ReadIds,
    FindRecorded,
    Append,
    Confirm,
    WriteBalances,

    /// <summary>A task waits for some time to pass.</summary>
    Wait,
}

/// <summary>How a call goes.</summary>
internal enum Fault
{
    None,

    /// <summary>Fails before anything is done.</summary>
    Before,

    /// <summary>Is done, but its answer is lost.</summary>
    After,

    /// <summary>Fails, and is done all the same, some time before the next writer takes over.</summary>
    Late,
}

/// <summary>A call that waits until the simulation says how it goes.</summary>
internal sealed class Call(CallKind kind, Action? wake = null)
{
    private readonly TaskCompletionSource<Fault> released = new();

    public CallKind Kind => kind;

    /// <summary>The batch that is to be appended.</summary>
    public Batch? Batch { get; init; }

    /// <summary>The balances that are to be written.</summary>
    public Piece? Piece { get; init; }

    public Task<Fault> Released => released.Task;

    public void Release(Fault fault)
    {
        wake?.Invoke();
        released.TrySetResult(fault);
    }
}

/// <summary>One transaction of balances written behind.</summary>
internal sealed record Piece(IReadOnlyList<Balance> Balances, IReadOnlyList<Mark> Marks, long? UpTo);

/// <summary>Stops the tasks of a process at each of their calls, so that the seed alone decides what happens next.</summary>
internal sealed class Turnstile
{
    private readonly List<Call> calls = [];

    /// <summary>The calls that wait, in the order in which they came.</summary>
    public IReadOnlyList<Call> Calls => calls;

    /// <summary>Whether the process has ended, so that no call of it reaches the disk any more.</summary>
    public bool IsDead { get; set; }

    public async Task<Fault> Pass(Call call)
    {
        if (!IsDead)
        {
            Come(call);
            if (await call.Released is var fault && !IsDead)
            {
                return fault;
            }
        }
        throw new IOException("The process has ended.");
    }

    public void Come(Call call) => calls.Add(call);

    public void Leave(Call call) => calls.Remove(call);

    public void Release(Call call, Fault fault)
    {
        Leave(call);
        call.Release(fault);
    }
}
