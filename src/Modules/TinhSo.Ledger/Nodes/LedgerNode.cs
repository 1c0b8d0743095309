using System.IO.Pipelines;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Storage;
using TinhSo.Ledger.Writing;

namespace TinhSo.Ledger.Nodes;

/// <summary>This process among those that share a ledger: one writes, the others pass their orders to it.</summary>
/// <remarks>
/// Each tries for the lock all the time, so that one takes over when the one that writes ends, dies, freezes or loses
/// its server. Without mail, as on SQLite, orders are refused while another process writes.
/// </remarks>
internal sealed partial class LedgerNode : IOrders, IAsyncDisposable
{
    private static readonly TimeSpan TryEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan OwnLettersMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan GoodbyeMax = TimeSpan.FromSeconds(5);

    private readonly Func<Writer> newWriter;
    private readonly ILeaderLock leaderLock;
    private readonly IMail? mail;
    private readonly Passing? passing;
    private readonly TimeProvider clock;
    private readonly ILogger<LedgerNode> log;
    private readonly Channel<AskedWork> waiting = Channel.CreateBounded<AskedWork>(
        new BoundedChannelOptions(Writer.QueueMax) { SingleReader = true });
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly Lazy<Task> running;
    private volatile Writer? writing;

    public LedgerNode(Func<Writer> newWriter, ILeaderLock leaderLock, IMail? mail, Passing? passing,
        TimeProvider clock, ILogger<LedgerNode> log)
    {
        (this.newWriter, this.leaderLock, this.mail, this.passing) = (newWriter, leaderLock, mail, passing);
        (this.clock, this.log) = (clock, log);
        running = new Lazy<Task>(() => Task.Run(Run));
    }

    public static LedgerNode Of(
        LedgerDatabase ledger, LedgerSignal signal, TimeProvider clock, ILoggerFactory logs)
    {
        var log = logs.CreateLogger<LedgerNode>();
        // Made now: a node that comes to write while the host ends finds nobody who makes loggers.
        var writerLog = logs.CreateLogger<Writer>();
        var name = Guid.CreateVersion7();
        var mail = ledger.Database.Engine is Engine.Postgres ? new PostgresMail(ledger, name, log) : null;
        // How long nodes wait for one another is real time, also where the platform's clock is moved.
        var realTime = TimeProvider.System;
        return new LedgerNode(
            () => new Writer(ledger.OpenStore, ledger.OpenBalances, clock, signal, writerLog),
            mail is null ? new SqliteLeaderLock(ledger) : new PostgresLeaderLock(ledger),
            mail, mail is null ? null : new Passing(mail, name, signal, realTime, log), realTime, log);
    }

    /// <summary>Whether this node writes just now.</summary>
    public bool Leads => writing is not null;

    /// <summary>Begins, unless that was done; orders may be given at once.</summary>
    public void Start() => _ = running.Value;

    public void Take(AskedWork work)
    {
        Start();
        if (writing is { } writer)
        {
            writer.Take(work);
            return;
        }
        lock (gate)
        {
            if (writing is { } by)
            {
                by.Take(work);
            }
            else if (!waiting.Writer.TryWrite(work))
            {
                work.Refuse(LedgerRefusals.Busy);
            }
        }
    }

    /// <summary>Finishes what waits, lets another node write, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (waiting.Writer.TryComplete())
        {
            await stopping.CancelAsync();
            if (running.IsValueCreated)
            {
                await running.Value;
            }
            if (mail is not null)
            {
                await mail.DisposeAsync();
            }
            await leaderLock.DisposeAsync();
            stopping.Dispose();
        }
    }

    private async Task Run()
    {
        using var over = new CancellationTokenSource();
        var handsOut = passing?.Run(over.Token) ?? Task.CompletedTask;
        while (!stopping.IsCancellationRequested)
        {
            if (await TryHold() is not { } holds)
            {
                RefuseWaiting();
                await Passing.WaitFor(Passing.Never, TryEvery, clock, stopping.Token);
            }
            else if (holds)
            {
                await Lead();
            }
            else
            {
                using var time = new CancellationTokenSource(TryEvery, clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, stopping.Token);
                await Follow(either.Token);
            }
        }
        // What came before the end, to a node that does not write.
        await Follow(CancellationToken.None);
        RefuseWaiting();
        await Passing.WaitFor(passing?.AllAnswered ?? Task.CompletedTask, GoodbyeMax, clock, CancellationToken.None);
        await over.CancelAsync();
        await handsOut;
    }

    /// <summary>Whether this node may write; null when that could not be found out.</summary>
    private async Task<bool?> TryHold()
    {
        try
        {
            return await leaderLock.Hold(stopping.Token);
        }
#pragma warning disable CA1031 // The server may be away for a while: it is asked again.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (!stopping.IsCancellationRequested)
            {
                LogUnknown(failure);
            }
            return null;
        }
    }

    /// <summary>Writes, until another node does or this one ends.</summary>
    private async Task Lead()
    {
        LogLeads();
        await using (var writer = newWriter())
        {
            writer.Start();
            using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
            var takesIn = mail is null
                ? Task.CompletedTask : new PassedOrders(mail, writer, writer.Replaced, clock, log).Run(over.Token);
            // What this node had passed goes before what it now decides itself.
            if (passing is not null)
            {
                await Passing.WaitFor(passing.AllAnswered, OwnLettersMax, clock, stopping.Token);
            }
            lock (gate)
            {
                while (waiting.Reader.TryRead(out var work))
                {
                    writer.Take(work);
                }
                writing = writer;
            }
            // When it cannot be found out, nobody else has taken over either, or the writer is told by its epoch.
            while (!stopping.IsCancellationRequested && !writer.Replaced.IsCompleted && await TryHold() is not false)
            {
                await Passing.WaitFor(writer.Replaced, TryEvery, clock, stopping.Token);
            }
            lock (gate)
            {
                writing = null;
            }
            await over.CancelAsync();
            await takesIn;
        }
        await leaderLock.LetGo();
        LogLeadsNoMore();
    }

    /// <summary>Passes on what comes, until it is time to try for the lock again.</summary>
    private async Task Follow(CancellationToken stop)
    {
        try
        {
            while (await waiting.Reader.WaitToReadAsync(stop))
            {
                if (passing is null)
                {
                    RefuseWaiting();
                    continue;
                }
                var works = new List<AskedWork>();
                for (var size = 0; size < Passing.LetterMax && waiting.Reader.TryRead(out var work); size += work.Size)
                {
                    works.Add(work);
                }
                await passing.Send(works, CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            // Time to try for the lock.
        }
#pragma warning disable CA1031 // Those whose letter could not be sent were told; the others are passed on next.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogUnknown(failure);
        }
    }

    private void RefuseWaiting()
    {
        var works = new List<AskedWork>();
        while (waiting.Reader.TryRead(out var work))
        {
            works.Add(work);
        }
        Asking.Refuse(works, PipeScheduler.ThreadPool);
    }

    [LoggerMessage(LogLevel.Information, "This node writes the ledger.")]
    private partial void LogLeads();

    [LoggerMessage(LogLevel.Information, "This node does not write the ledger any more.")]
    private partial void LogLeadsNoMore();

    [LoggerMessage(LogLevel.Warning, "Which node writes the ledger could not be found out; tried again.")]
    private partial void LogUnknown(Exception failure);
}
