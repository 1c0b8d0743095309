using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using TinhSo.Ledger.Books;
using TinhSo.Ledger.Writing;

namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>One process with a real writer, which goes on only from one call to the next, when it is told to.</summary>
/// <remarks>
/// Each task of the engine stands at a turnstile whenever the simulation acts, so the order of all that happens does
/// not hang on threads. For the writer that holds because an order always waits in its queue when a call is released:
/// it then surely comes to another call. For balances it holds because <see cref="BehindState"/> tells when a piece
/// must come, and the simulation waits until it has. Only that wait is real time, and decides nothing.
/// </remarks>
internal sealed class SimulatedProcess
{
    private readonly Turnstile writerTurnstile = new();
    private readonly Turnstile behindTurnstile = new();
    private readonly BehindState behind = new();
    private readonly SimulatedStore store;
    private readonly Writer writer;
    private List<Submission> queued = [];
    private List<Submission> inBatch = [];
    private bool isStarted;
    private DateTimeOffset decidedAt;

    public SimulatedProcess(int number, SimulatedDisk disk, SimulatedNetwork network, Guid node, int queueMax)
    {
        Number = number;
        Clock = new SimulatedClock(writerTurnstile);
        store = new SimulatedStore(disk, writerTurnstile, number);
        writer = new Writer(() => store, () => new SimulatedBalances(disk, behindTurnstile), Clock, new LedgerSignal(),
            new Ear(writerTurnstile), queueMax, PipeScheduler.Inline);
        Mail = new Correspondence(network, node, Clock, writer.Replaced);
    }

    public int Number { get; }

    public SimulatedClock Clock { get; }

    /// <summary>What it passes to others, and they to it.</summary>
    public Correspondence Mail { get; }

    /// <summary>The call at which the writer stands; null before its first order.</summary>
    public Call? AtWriter { get; private set; }

    /// <summary>The piece at which balances stand, if they do.</summary>
    public Call? AtBehind { get; private set; }

    public bool IsReplaced => AtWriter is { Kind: CallKind.Replaced };

    /// <summary>Whether it was the ledger's writer already.</summary>
    public bool HasTaken => store.Taken is not null;

    public bool HasOrderQueued => queued.Count > 0;

    /// <summary>Whether one call more ends the last batch that anybody waits for.</summary>
    public bool IsAtItsLast => !HasOrderQueued
        && (inBatch.Count == 0 || AtWriter!.Kind is CallKind.Append or CallKind.Confirm);

    /// <summary>When the last batch that was answered had been decided, by the process's clock.</summary>
    public DateTimeOffset AnsweredAsOf { get; private set; }

    /// <summary>All who wait for an answer, in the order in which they came.</summary>
    public IEnumerable<Submission> Waiting => inBatch.Concat(queued);

    /// <summary>Gives an order to the writer; true when it was answered at once, which is always busy.</summary>
    public async Task<bool> Give(Submission submission)
    {
        submission.Give(writer);
        if (IsReplaced || submission.IsAnswered)
        {
            await submission.Hear();
            return true;
        }
        queued.Add(submission);
        if (!isStarted)
        {
            isStarted = true;
            await Arrive(CallKind.Pause);
        }
        return false;
    }

    /// <summary>Has the writer's call go this way, and returns whose answers came of it, once it stands again.</summary>
    public async Task<List<Submission>> Release(Fault fault)
    {
        var left = AtWriter!;
        left.Release(fault);
        return await Arrive(left.Kind, left.Given);
    }

    /// <summary>Has the piece of balances go this way, and waits until balances stand again or have nothing to do.
    /// </summary>
    public async Task ReleaseBehind(Fault fault)
    {
        behind.Released(AtBehind!.Piece!, fault is Fault.None);
        AtBehind.Release(fault);
        AtBehind = null;
        await ArriveBehind();
    }

    /// <summary>Ends the process at once: what is in its memory is lost, and none of its calls is done.</summary>
    public async Task Kill()
    {
        writerTurnstile.IsDead = behindTurnstile.IsDead = true;
        AtWriter?.Release(Fault.Before);
        AtBehind?.Release(Fault.Before);
        await writer.DisposeAsync().AsTask().WaitAsync(Turnstile.PatienceMax, TimeProvider.System);
    }

    /// <summary>Ends a process that is at its last in good order, and returns whose answers came of that.</summary>
    public async Task<List<Submission>> Stop()
    {
        var answered = Waiting.ToList();
        AnsweredAsOf = decidedAt;
        await writerTurnstile.Open();
        AtWriter?.Release(Fault.None);
        var stopped = writer.DisposeAsync();
        foreach (var submission in answered)
        {
            await submission.Hear();
        }
        // Only now, so that what is written last does not hang on who of both was faster.
        await behindTurnstile.Open();
        AtBehind?.Release(Fault.None);
        await stopped.AsTask().WaitAsync(Turnstile.PatienceMax, TimeProvider.System);
        (queued, inBatch) = ([], []);
        return answered;
    }

    private async Task<List<Submission>> Arrive(CallKind left, Given? appended = null)
    {
        AtWriter = await writerTurnstile.Arrived();
        List<Submission> answered = [];
        if (IsReplaced)
        {
            (answered, inBatch, queued) = ([.. inBatch, .. queued], [], []);
        }
        else if (inBatch.Count > 0 && inBatch[0].IsAnswered)
        {
            (answered, inBatch) = (inBatch, []);
        }
        foreach (var submission in answered)
        {
            await submission.Hear();
        }
        AnsweredAsOf = decidedAt;
        NoteBehind(left, appended, answered);
        var gathers = inBatch.Count == 0 && AtWriter.Kind is not (CallKind.Pause or CallKind.Replaced);
        if (gathers)
        {
            (inBatch, queued) = (queued, []);
        }
        if (gathers || left is CallKind.Take or CallKind.ReadIds)
        {
            decidedAt = Instants.Cut(Clock.Now);
        }
        await ArriveBehind();
        return answered;
    }

    private void NoteBehind(CallKind left, Given? appended, List<Submission> answered)
    {
        if (left is CallKind.Take or CallKind.ReadIds
            && AtWriter!.Kind is CallKind.FindRecorded or CallKind.Append or CallKind.Confirm)
        {
            behind.Begun(store.Taken!);
        }
        else if (appended is not null && !answered.Exists(submission => submission.Known is Known.Nothing))
        {
            behind.Noted(appended);
        }
    }

    private async Task ArriveBehind()
    {
        if (AtBehind is null && behind.MustWrite)
        {
            AtBehind = await behindTurnstile.Arrived();
            behind.Arrived(AtBehind.Piece!);
        }
    }

    /// <summary>Hears in the writer's log only that it was replaced.</summary>
    private sealed class Ear(Turnstile turnstile) : ILogger<Writer>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is LogLevel.Critical;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                turnstile.Announce(new Call(CallKind.Replaced));
            }
        }
    }
}
