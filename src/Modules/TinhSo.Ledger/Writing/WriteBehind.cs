using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Writing;

/// <summary>Writes balances behind the log, in small pieces and by a connection of its own.</summary>
/// <remarks>
/// An account that changes a thousand times between two pieces is written once. Only what is durable is given to it,
/// and each balance says after which row it stands, so nothing goes wrong when pieces are lost, repeated or late.
/// </remarks>
internal sealed partial class WriteBehind : IAsyncDisposable
{
    // Small, so that a piece never holds the disk up for long.
    private const int PieceMax = 500;
    // Writing takes a tenth of the time at the most: the longer it took, the more changes the next time serves.
    private const int Rest = 10;
    private static readonly TimeSpan RestMin = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RestMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Func<IBalanceStore> openStore;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim noted = new(0, 1);
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;
    private Dictionary<Guid, Balance> balances = [];
    private List<Mark> marks = [];
    private List<TaskCompletionSource> waiting = [];
    private TaskCompletionSource hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long position;
    private long written;

    public WriteBehind(Func<IBalanceStore> openStore, ILogger log)
    {
        this.openStore = openStore;
        this.log = log;
        running = Task.Run(Run);
    }

    /// <summary>How many rows a start would have to read.</summary>
    public long Lag => Interlocked.Read(ref position) - Interlocked.Read(ref written);

    /// <summary>Begins with what the writer took over.</summary>
    public void Begin(Taken taken)
    {
        lock (gate)
        {
            balances = taken.Behind.Accounts.ToDictionary(
                account => account.Id, account => new Balance(account.Id, account.Kind, account.State));
            marks = [.. taken.Behind.Marks];
            position = taken.Position;
            written = taken.Position - taken.Replayed;
        }
        Signal();
    }

    /// <summary>Takes in a batch that is durable.</summary>
    public void Note(Batch batch)
    {
        lock (gate)
        {
            foreach (var account in batch.Touched)
            {
                balances[account.Id] = new Balance(account.Id, account.Kind, account.State);
            }
            marks.AddRange(batch.Marks);
            position = batch.To;
        }
        Signal();
    }

    /// <summary>Waits until all that was noted before has been written.</summary>
    public Task CatchUp()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waiting.Add(done);
            hurry.TrySetResult();
        }
        Signal();
        return done.Task;
    }

    /// <summary>Writes what is left, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        Signal();
        await running;
        noted.Dispose();
        stopping.Dispose();
    }

    private void Signal()
    {
        lock (gate)
        {
            if (noted.CurrentCount == 0)
            {
                noted.Release();
            }
        }
    }

    private async Task Run()
    {
        IBalanceStore? store = null;
        while (true)
        {
            await noted.WaitAsync();
            var isLast = stopping.IsCancellationRequested;
            var began = Stopwatch.GetTimestamp();
            try
            {
                store ??= openStore();
                await WriteAll(store);
            }
#pragma warning disable CA1031 // Whatever failed: nothing is lost, since all of it follows from the log.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                LogFailed(failure);
                if (store is not null)
                {
                    await store.DisposeAsync();
                    store = null;
                }
                if (!isLast)
                {
                    await Wait(Pause);
                    Signal();
                }
            }
            if (isLast)
            {
                break;
            }
            var rest = Stopwatch.GetElapsedTime(began) * Rest;
            await Wait(rest < RestMin ? RestMin : rest > RestMax ? RestMax : rest);
        }
        if (store is not null)
        {
            await store.DisposeAsync();
        }
        Release(waiting);
    }

    private async Task WriteAll(IBalanceStore store)
    {
        Dictionary<Guid, Balance> givenBalances;
        List<Mark> givenMarks;
        List<TaskCompletionSource> givenWaiting;
        long upTo;
        lock (gate)
        {
            (givenBalances, balances) = (balances, []);
            (givenMarks, marks) = (marks, []);
            (givenWaiting, waiting) = (waiting, []);
            hurry = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            upTo = position;
        }
        try
        {
            if (upTo > written || givenBalances.Count > 0)
            {
                await Write(store, givenBalances, givenMarks, upTo);
                Interlocked.Exchange(ref written, upTo);
            }
        }
        catch
        {
            lock (gate)
            {
                foreach (var (id, balance) in givenBalances)
                {
                    balances.TryAdd(id, balance);
                }
                marks.AddRange(givenMarks);
                waiting.AddRange(givenWaiting);
            }
            throw;
        }
        Release(givenWaiting);
    }

    private static async Task Write(
        IBalanceStore store, Dictionary<Guid, Balance> balances, List<Mark> marks, long upTo)
    {
        // In the order of their keys: neighbours stand on the same pages.
        var sorted = balances.Values.ToArray();
        Array.Sort(sorted, (one, other) => one.Account.CompareTo(other.Account));
        for (var from = 0; from < sorted.Length; from += PieceMax)
        {
            await store.Write(new ArraySegment<Balance>(sorted, from, Math.Min(PieceMax, sorted.Length - from)), [],
                null, CancellationToken.None);
        }
        await store.Write([], marks, upTo, CancellationToken.None);
    }

    /// <summary>Waits, unless somebody waits for what is written, or for the end.</summary>
    private async Task Wait(TimeSpan pause)
    {
        Task sooner;
        lock (gate)
        {
            sooner = hurry.Task;
        }
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        await Task.WhenAny(sooner, Task.Delay(pause, TimeProvider.System, over.Token));
        await over.CancelAsync();
    }

    private static void Release(List<TaskCompletionSource> waiting)
    {
        foreach (var one in waiting)
        {
            one.TrySetResult();
        }
    }

    [LoggerMessage(LogLevel.Error, "Balances could not be written behind the ledger's log; it is tried again.")]
    private partial void LogFailed(Exception failure);
}
