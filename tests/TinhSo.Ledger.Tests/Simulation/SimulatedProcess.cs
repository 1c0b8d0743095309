using Microsoft.Extensions.Logging;
using TinhSo.Ledger.Writing;
using static TinhSo.Ledger.Tests.Simulation.Claim;

namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>One process with a real writer, whose tasks go on only from one call to the next, when they are told to.</summary>
/// <remarks>
/// All of it runs on one thread, which is run until every task waits for a call, an order or the clock. So what comes next
/// hangs on nothing but the seed.
/// </remarks>
internal sealed class SimulatedProcess
{
    private readonly Turnstile turnstile = new();
    private readonly SimulatedThread thread = new();
    private readonly Ear ear = new();
    private readonly Writer writer;
    private readonly List<Submission> waiting = [];

    public SimulatedProcess(int number, SimulatedDisk disk, SimulatedNetwork network, Guid node, int queueMax)
    {
        Number = number;
        Clock = new SimulatedClock(turnstile);
        writer = new Writer(() => new SimulatedStore(disk, turnstile, number),
            () => new SimulatedBalances(disk, turnstile), Clock, new LedgerSignal(), ear, queueMax, thread.Factory, Clock);
        Mail = new Correspondence(network, node, Clock, writer.Replaced, thread);
    }

    public int Number { get; }

    public SimulatedClock Clock { get; }

    /// <summary>What it passes to others, and they to it.</summary>
    public Correspondence Mail { get; }

    /// <summary>The calls at which its tasks stand, in the order in which they came.</summary>
    public IReadOnlyList<Call> Calls => turnstile.Calls;

    public bool IsReplaced => ear.HasHeard;

    /// <summary>All who wait for an answer, in the order in which they came.</summary>
    public IReadOnlyList<Submission> Waiting => waiting;

    /// <summary>Gives an order to the writer, which sees to it when it next runs.</summary>
    public void Give(Submission submission)
    {
        waiting.Add(submission);
        submission.Give(writer, Clock);
    }

    /// <summary>Has all tasks go on as far as they can, and returns whose answers came of it.</summary>
    public async Task<List<Submission>> Run()
    {
        thread.Run();
        var answered = waiting.Where(submission => submission.IsAnswered).ToList();
        waiting.RemoveAll(submission => submission.IsAnswered);
        foreach (var submission in answered)
        {
            await submission.Hear();
        }
        return answered;
    }

    /// <summary>Has a call go this way, and returns whose answers came of it.</summary>
    public Task<List<Submission>> Release(Call call, Fault fault)
    {
        turnstile.Release(call, fault);
        return Run();
    }

    /// <summary>Ends the process at once: what is in its memory is lost, and none of its calls is done.</summary>
    public Task Kill()
    {
        turnstile.IsDead = true;
        return End();
    }

    /// <summary>Ends the process in good order, and returns whose answers came of that.</summary>
    public async Task<List<Submission>> Stop()
    {
        await End();
        return await Run();
    }

    private async Task End()
    {
        var ending = thread.Factory.StartNew(() => writer.DisposeAsync().AsTask()).Unwrap();
        thread.Run();
        while (!ending.IsCompleted && Calls is [var first, ..])
        {
            turnstile.Release(first, Fault.None);
            thread.Run();
        }
        Require(ending.IsCompleted, "A writer that was told to end goes on.");
        await ending;
    }

    /// <summary>Hears in the writer's log only that it was replaced.</summary>
    private sealed class Ear : ILogger<Writer>
    {
        public bool HasHeard { get; private set; }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is LogLevel.Critical;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => HasHeard |= IsEnabled(logLevel);
    }
}
