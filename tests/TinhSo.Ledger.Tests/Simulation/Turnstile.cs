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

    /// <summary>The writer waits before it tries again.</summary>
    Pause,

    /// <summary>The writer has learnt that another took over, and asks nothing more.</summary>
    Replaced,
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
    // Whoever waits goes on right inside of Release, on the simulation's own thread, wherever it can.
    private readonly TaskCompletionSource<Fault> released = new();

    public CallKind Kind => kind;

    /// <summary>The batch that is to be appended.</summary>
    public Batch? Batch { get; init; }

    /// <summary>What the batch will give to be written behind.</summary>
    public Given? Given { get; init; }

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

/// <summary>Stops a task of the engine at each of its calls, so that the seed alone decides what happens next.</summary>
internal sealed class Turnstile
{
    // A task that asks nothing for so long hangs.
    public static readonly TimeSpan PatienceMax = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private TaskCompletionSource<Call> arrival = New();
    private bool isOpen;

    /// <summary>Whether the process has ended, so that no call of it reaches the disk any more.</summary>
    public bool IsDead { get; set; }

    public async Task<Fault> Pass(Call call)
    {
        var fault = Announce(call) ? await call.Released : Fault.None;
        return IsDead ? throw new IOException("The process has ended.") : fault;
    }

    /// <summary>Tells of what does not wait, or not here; false when all passes.</summary>
    public bool Announce(Call call)
    {
        lock (gate)
        {
            if (isOpen || IsDead)
            {
                return false;
            }
            arrival.SetResult(call);
            return true;
        }
    }

    /// <summary>Lets all calls pass at once and without a fault, also one that has come and was not noticed yet.</summary>
    public async Task Open()
    {
        lock (gate)
        {
            isOpen = true;
        }
        if (arrival.Task.IsCompletedSuccessfully)
        {
            (await arrival.Task).Release(Fault.None);
        }
    }

    public async Task<Call> Arrived()
    {
        var call = await arrival.Task.WaitAsync(PatienceMax, TimeProvider.System);
        arrival = New();
        return call;
    }

    private static TaskCompletionSource<Call> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
