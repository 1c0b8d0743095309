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

    private static readonly Comparer<Standing> ById =
        Comparer<Standing>.Create((one, other) => one.Account.Id.CompareTo(other.Account.Id));

    private readonly Func<IBalanceStore> openStore;
    private readonly TimeProvider pace;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim noted = new(0, 1);
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;
    // One takes in what is noted while the other is written; neither is made anew, being large.
    private List<Standing> standing = [];
    private List<Standing> spare = [];
    private long round = 1;
    private List<Mark> marks = [];
    private List<TaskCompletionSource> waiting = [];
    private TaskCompletionSource hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long position;
    private long written;

    /// <param name="openStore">Connects to where they are written.</param>
    /// <param name="threads">Where it runs.</param>
    /// <param name="pace">By which it rests; not the clock of the ledger, which may stand still.</param>
    /// <param name="log">Hears what fails.</param>
    public WriteBehind(Func<IBalanceStore> openStore, TaskFactory threads, TimeProvider pace, ILogger log)
    {
        this.openStore = openStore;
        this.pace = pace;
        this.log = log;
        running = threads.StartNew(Run).Unwrap();
    }

    /// <summary>How many rows a start would have to read.</summary>
    public long Lag => Interlocked.Read(ref position) - Interlocked.Read(ref written);

    /// <summary>Begins with what the writer took over.</summary>
    public void Begin(Taken taken)
    {
        lock (gate)
        {
            standing.Clear();
            round++;
            foreach (var account in taken.Behind.Accounts)
            {
                Note(account, account.State);
            }
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
            foreach (var (account, state) in batch.Standing)
            {
                Note(account, state);
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
        Halt();
        await running;
        noted.Dispose();
        stopping.Dispose();
    }

    private void Note(Account account, AccountState state)
    {
        var (notedIn, place) = account.Noted;
        if (notedIn == round)
        {
            standing[place] = new Standing(account, state);
            return;
        }
        account.Noted = (round, standing.Count);
        standing.Add(new Standing(account, state));
    }

    private void Halt()
    {
        stopping.Cancel();
        Signal();
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
        List<Standing> given;
        List<Mark> givenMarks;
        List<TaskCompletionSource> givenWaiting;
        long upTo, givenRound;
        lock (gate)
        {
            (given, standing, spare) = (standing, spare, standing);
            (givenMarks, marks) = (marks, []);
            (givenWaiting, waiting) = (waiting, []);
            givenRound = round++;
            hurry = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            upTo = position;
        }
        try
        {
            if (upTo > written || given.Count > 0)
            {
                await Write(store, given, givenMarks, upTo);
                Interlocked.Exchange(ref written, upTo);
            }
        }
        catch
        {
            lock (gate)
            {
                // Those that were noted since have changed since.
                given.Where(one => one.Account.Noted.Round == givenRound).ToList()
                    .ForEach(one => Note(one.Account, one.State));
                marks.AddRange(givenMarks);
                waiting.AddRange(givenWaiting);
            }
            throw;
        }
        finally
        {
            given.Clear();
        }
        Release(givenWaiting);
    }

    private static async Task Write(IBalanceStore store, List<Standing> given, List<Mark> givenMarks, long upTo)
    {
        // In the order of their keys: neighbours stand on the same pages.
        given.Sort(ById);
        var piece = new List<Balance>(PieceMax);
        foreach (var some in given.Chunk(PieceMax))
        {
            piece.Clear();
            piece.AddRange(some.Select(one => new Balance(one.Account.Id, one.Account.Kind, one.State)));
            await store.Write(piece, [], null, CancellationToken.None);
        }
        await store.Write([], givenMarks, upTo, CancellationToken.None);
    }

    /// <summary>Waits, unless somebody waits for what is written, or for the end.</summary>
    private async Task Wait(TimeSpan pause)
    {
        Task sooner;
        lock (gate)
        {
            sooner = hurry.Task;
        }
        await sooner.WaitAsync(pause, pace, stopping.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
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
