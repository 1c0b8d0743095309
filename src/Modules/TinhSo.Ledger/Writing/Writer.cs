using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Writing;

/// <summary>The only one who writes: takes all orders that wait, decides them, and stores them as one.</summary>
/// <remarks>
/// Orders that arrive while a batch is being stored are decided meanwhile and make up the next one, so the more callers
/// wait, the more of them one durable write serves. Nothing lingers for company.
/// </remarks>
internal sealed partial class Writer : IOrders, IAsyncDisposable
{
    public const int QueueMax = 65_536;
    private const int BatchMax = 8_192;
    // How many rows a start reads at the most; at some hundred thousand a second this is seconds.
    private const long LagMax = 2_000_000;
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ExpiryWaitMax = TimeSpan.FromDays(1);

    // How long what comes is let come while the batch before is being stored: to decide each by itself costs more.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly Guid name = Guid.CreateVersion7();
    private readonly Func<ILedgerStore> openStore;
    private readonly TaskFactory threads;
    private readonly TimeProvider pace;
    private readonly WriteBehind behind;
    private readonly TimeProvider clock;
    private readonly LedgerSignal signal;
    private readonly ILogger<Writer> log;
    private readonly Channel<Work> queue;
    private readonly WriterMeter meter;
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lazy<Task> running;
    private readonly ITimer expiry;
    // One is decided while the other is stored.
    private Round deciding = new();
    private Round stored = new();
    private Task storing = Task.CompletedTask;
    private TimeSpan pause;
    private SeenIds? seen;
    private Book? book;
    private bool hasTaken;

    /// <param name="openStore">Connects to the log.</param>
    /// <param name="openBalances">Connects to the balances behind it.</param>
    /// <param name="clock">By which transfers are dated and reservations expire.</param>
    /// <param name="signal">Raised when the log has grown.</param>
    /// <param name="log">Hears what happens.</param>
    /// <param name="queueMax">How many orders may wait.</param>
    /// <param name="threads">Where all of it runs; the thread pool, unless somebody plays it.</param>
    /// <param name="pace">By which moments of waiting are measured; the system's, unless somebody plays it.</param>
    public Writer(Func<ILedgerStore> openStore, Func<IBalanceStore> openBalances, TimeProvider clock,
        LedgerSignal signal, ILogger<Writer> log, int queueMax = QueueMax, TaskFactory? threads = null,
        TimeProvider? pace = null)
    {
        this.openStore = openStore;
        this.threads = threads ?? new TaskFactory(TaskScheduler.Default);
        this.pace = pace ?? TimeProvider.System;
        behind = new WriteBehind(openBalances, this.threads, this.pace, log);
        this.clock = clock;
        this.signal = signal;
        this.log = log;
        queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(queueMax) { SingleReader = true });
        meter = new WriterMeter(() => queue.Reader.Count);
        running = new Lazy<Task>(() => this.threads.StartNew(Run).Unwrap());
        expiry = clock.CreateTimer(_ => queue.Writer.TryWrite(Wake.Up), null,
            Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends when another writer took over: this one has written nothing since, and never will.</summary>
    public Task Replaced => replaced.Task;

    /// <summary>Takes the ledger over, unless that was done; orders may be given at once.</summary>
    public void Start()
    {
        if (!running.IsValueCreated)
        {
            queue.Writer.TryWrite(Wake.Up);
        }
        _ = running.Value;
    }

    public void Take(AskedWork work)
    {
        _ = running.Value;
        if (!queue.Writer.TryWrite(work))
        {
            work.Refuse(LedgerRefusals.Busy);
        }
    }

    /// <summary>Finishes what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (queue.Writer.TryComplete())
        {
            Halt();
            if (running.IsValueCreated)
            {
                await running.Value;
            }
            await behind.DisposeAsync();
            await expiry.DisposeAsync();
            meter.Dispose();
            stopping.Dispose();
        }
    }

    // Whoever waits goes on where it ran, and not on some other thread.
    private void Halt() => stopping.Cancel();

    private async Task Run()
    {
        await using var store = openStore();
        while (await queue.Reader.WaitToReadAsync())
        {
            try
            {
                do
                {
                    await Decide(store);
                    await LetCome();
                }
                while (!storing.IsCompleted && deciding.Size < BatchMax);
                await storing;
                HandOver(store);
            }
            catch (WriterReplacedException)
            {
                BeReplaced();
                await GiveUp();
            }
#pragma warning disable CA1031 // Whatever failed, memory is not trusted any more: it is read again from the store.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                LogFailed(failure);
                await GiveUp();
                await Pause();
                // Reservations expire also when nobody asks.
                queue.Writer.TryWrite(Wake.Up);
            }
        }
        await GiveUp();
    }

    /// <summary>Decides what has come since, all at once.</summary>
    private async Task Decide(ILedgerStore store)
    {
        if (storing.IsFaulted)
        {
            await storing;
        }
        var from = deciding.Works.Count;
        while (deciding.Size < BatchMax && deciding.Works.Count < BatchMax && queue.Reader.TryRead(out var work))
        {
            deciding.Add(work);
        }
        if (replaced.Task.IsCompleted)
        {
            throw new WriterReplacedException();
        }
        book ??= await Take(store);
        if (behind.Lag > LagMax)
        {
            await behind.CatchUp();
        }
        var now = Instants.Cut(clock.GetUtcNow());
        var due = book.TakeDue(now, BatchMax);
        var recorded = await FindRecorded(store, book, deciding.Works, from, due);
        var batch = deciding.Batch ??= new Batch(book);
        batch.GoOn(now, recorded);
        batch.Expire(due);
        for (var i = from; i < deciding.Works.Count; i++)
        {
            deciding.Works[i].Decide(batch);
        }
        batch.Settle();
        AwaitExpiry(book);
    }

    /// <summary>Waits while the batch before is being stored, until some more may have come.</summary>
    private async ValueTask LetCome()
    {
        if (!storing.IsCompleted)
        {
            await Quietly(storing.WaitAsync(Moment, pace));
        }
    }

    /// <summary>Has what is decided stored, while what comes next is decided.</summary>
    private void HandOver(ILedgerStore store)
    {
        var (given, epoch) = (deciding, book!.Epoch);
        // One without rows leaves its desk to the next at once, so that it must not be looked at again.
        var batch = given.Batch!.HasRows ? given.Batch : null;
        batch?.Seal();
        (deciding, stored) = (stored, given);
        deciding.Clear();
        storing = threads.StartNew(() => Store(store, given, batch, epoch)).Unwrap();
    }

    private async Task Store(ILedgerStore store, Round round, Batch? batch, long epoch)
    {
        try
        {
            if (batch is not null)
            {
                var startedAt = clock.GetTimestamp();
                await store.Append(batch, CancellationToken.None);
                meter.Committed(batch.Transfers.Count, clock.GetElapsedTime(startedAt));
                behind.Note(batch);
            }
            else if (round.Size > 0)
            {
                // A writer that was replaced must not even refuse by what it remembers.
                await store.Confirm(epoch, CancellationToken.None);
            }
        }
        catch
        {
            // Whoever decides has to hear of it, also when nobody asks.
            queue.Writer.TryWrite(Wake.Up);
            throw;
        }
        pause = TimeSpan.Zero;
        if (batch is { Transfers.Count: > 0 })
        {
            signal.Raise();
        }
        Answers.Give(threads, round.Works, meter);
    }

    /// <summary>Forgets what is in memory, once the batch before has ended, and tells those who wait.</summary>
    private async Task GiveUp()
    {
        await Quietly(storing);
        book = null;
        // Only now, so that whoever asks again is not decided by what was forgotten.
        if (storing.IsFaulted)
        {
            if (storing.Exception.InnerException is WriterReplacedException)
            {
                BeReplaced();
            }
            Refuse(stored.Works);
        }
        storing = Task.CompletedTask;
        Refuse(deciding.Works);
        deciding.Clear();
    }

    private async Task<Book> Take(ILedgerStore store)
    {
        var startedAt = clock.GetTimestamp();
        var taken = await store.Take(name, hasTaken, CancellationToken.None);
        hasTaken = true;
        if (seen is null)
        {
            // Once: what this writer adds to it later, and what of that was not stored after all, stays in it.
            var filled = new SeenIds(taken.Position);
            await store.ReadIds(filled.Add, CancellationToken.None);
            seen = filled;
        }
        behind.Begin(taken);
        LogTaken(taken.Epoch, taken.Position, taken.Accounts.Count, taken.Replayed,
            clock.GetElapsedTime(startedAt).TotalSeconds);
        return new Book(taken, seen);
    }

    private static async Task<IReadOnlyList<LedgerTransfer>> FindRecorded(
        ILedgerStore store, Book book, List<Work> works, int from, List<Guid> due)
    {
        HashSet<Guid> ids = [.. due];
        HashSet<Guid> originals = [.. due];
        for (var i = from; i < works.Count; i++)
        {
            works[i].Ask(book, ids, originals);
        }
        return ids.Count == 0 ? [] : await store.FindRecorded(ids, originals, CancellationToken.None);
    }

    private void AwaitExpiry(Book held)
    {
        if (held.NextExpiry is { } at)
        {
            var wait = Min(at - clock.GetUtcNow(), ExpiryWaitMax);
            if (wait > TimeSpan.Zero)
            {
                expiry.Change(wait, Timeout.InfiniteTimeSpan);
            }
            else
            {
                queue.Writer.TryWrite(Wake.Up);
            }
        }
    }

    private void BeReplaced()
    {
        if (replaced.TrySetResult())
        {
            LogReplaced();
        }
    }

    private void Refuse(List<Work> works) => Answers.Give(threads, works, meter, LedgerRefusals.Busy);

    private async Task Pause()
    {
        // When the writer is being stopped, what waits is attempted once more, without a pause.
        await Quietly(Task.Delay(pause, clock, stopping.Token));
        pause = pause == TimeSpan.Zero ? TimeSpan.FromMilliseconds(100) : Min(pause * 2, PauseMax);
    }

    private static ConfiguredTaskAwaitable Quietly(Task task) =>
        task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    [LoggerMessage(LogLevel.Information,
        "Writes the ledger as of epoch {Epoch}, after position {Position}, with {Accounts} accounts; "
        + "replayed {Replayed} rows, ready in {Seconds:N2} s.")]
    private partial void LogTaken(long epoch, long position, int accounts, long replayed, double seconds);

    [LoggerMessage(LogLevel.Critical,
        "Another writer has taken the ledger over: this one writes nothing more.")]
    private partial void LogReplaced();

    [LoggerMessage(LogLevel.Error, "A batch could not be stored: its callers were told to try again.")]
    private partial void LogFailed(Exception failure);

    /// <summary>A batch and those who wait for it.</summary>
    private sealed class Round
    {
        /// <summary>Null until the first of them is decided.</summary>
        public Batch? Batch { get; set; }

        public List<Work> Works { get; } = [];

        /// <summary>How many transfers it may come to.</summary>
        public int Size { get; private set; }

        public void Add(Work work)
        {
            Works.Add(work);
            Size += work.Size;
        }

        public void Clear()
        {
            Works.Clear();
            (Batch, Size) = (null, 0);
        }
    }
}
