using System.IO.Pipelines;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Writing;

/// <summary>The only one who writes: takes all orders that wait, decides them, and stores them as one.</summary>
/// <remarks>
/// Orders that arrive while a batch is being stored make up the next one, so the more callers wait, the more of them
/// one durable write serves. Nothing lingers for company.
/// </remarks>
internal sealed partial class Writer : IOrders, IAsyncDisposable
{
    public const int QueueMax = 65_536;
    private const int BatchMax = 8_192;
    // How many rows a start reads at the most; at some hundred thousand a second this is seconds.
    private const long LagMax = 2_000_000;
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ExpiryWaitMax = TimeSpan.FromDays(1);

    private readonly Guid name = Guid.CreateVersion7();
    private readonly Func<ILedgerStore> openStore;
    private readonly PipeScheduler answering;
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
    private SeenIds? seen;
    private Book? book;
    private bool hasTaken;

    public Writer(Func<ILedgerStore> openStore, Func<IBalanceStore> openBalances, TimeProvider clock,
        LedgerSignal signal, ILogger<Writer> log, int queueMax = QueueMax, PipeScheduler? answering = null)
    {
        this.openStore = openStore;
        this.answering = answering ?? PipeScheduler.ThreadPool;
        behind = new WriteBehind(openBalances, log);
        this.clock = clock;
        this.signal = signal;
        this.log = log;
        queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(queueMax) { SingleReader = true });
        meter = new WriterMeter(() => queue.Reader.Count);
        running = new Lazy<Task>(() => Task.Run(Run));
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
            await stopping.CancelAsync();
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

    private async Task Run()
    {
        await using var store = openStore();
        var works = new List<Work>(BatchMax);
        var pause = TimeSpan.Zero;
        while (await queue.Reader.WaitToReadAsync())
        {
            Gather(works);
            try
            {
                await Write(store, works);
                pause = TimeSpan.Zero;
            }
            catch (WriterReplacedException)
            {
                replaced.TrySetResult();
                LogReplaced();
                Refuse(works);
            }
#pragma warning disable CA1031 // Whatever failed, memory is not trusted any more: it is read again from the store.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                LogFailed(failure);
                book = null;
                Refuse(works);
                await Pause(pause);
                pause = pause == TimeSpan.Zero ? TimeSpan.FromMilliseconds(100) : Min(pause * 2, PauseMax);
                // Reservations expire also when nobody asks.
                queue.Writer.TryWrite(Wake.Up);
            }
        }
    }

    private void Gather(List<Work> works)
    {
        works.Clear();
        var size = 0;
        while (size < BatchMax && works.Count < BatchMax && queue.Reader.TryRead(out var work))
        {
            works.Add(work);
            size += work.Size;
        }
    }

    private async Task Write(ILedgerStore store, List<Work> works)
    {
        if (replaced.Task.IsCompleted)
        {
            Refuse(works);
            return;
        }
        if (book is null)
        {
            book = await Take(store);
        }
        if (behind.Lag > LagMax)
        {
            await behind.CatchUp();
        }
        var now = Instants.Cut(clock.GetUtcNow());
        var due = book.TakeDue(now, BatchMax);
        var batch = new Batch(book, now, await FindRecorded(store, book, works, due));
        batch.Expire(due);
        foreach (var work in works)
        {
            work.Decide(batch);
        }
        if (batch.HasRows)
        {
            batch.Seal();
            var startedAt = clock.GetTimestamp();
            await store.Append(batch, CancellationToken.None);
            meter.Committed(batch.Transfers.Count, clock.GetElapsedTime(startedAt));
            behind.Note(batch);
        }
        else if (works.Exists(work => work.Size > 0))
        {
            // A writer that was replaced must not even refuse by what it remembers.
            await store.Confirm(book.Epoch, CancellationToken.None);
        }
        if (batch.Transfers.Count > 0)
        {
            signal.Raise();
        }
        Answers.Give(answering, works, meter);
        AwaitExpiry(book);
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
        ILedgerStore store, Book book, List<Work> works, List<Guid> due)
    {
        HashSet<Guid> ids = [.. due];
        HashSet<Guid> originals = [.. due];
        foreach (var work in works)
        {
            work.Ask(book, ids, originals);
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

    private void Refuse(List<Work> works) => Answers.Give(answering, works, meter, LedgerRefusals.Busy);

    private async Task Pause(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, clock, stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // The writer is being stopped: what waits is attempted once more, without a pause.
        }
    }

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
}
