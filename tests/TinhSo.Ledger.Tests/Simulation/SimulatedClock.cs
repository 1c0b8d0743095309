namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>A process's clock, which goes as the seed says: also wrongly, and also back.</summary>
internal sealed class SimulatedClock(Turnstile turnstile) : TimeProvider
{
    private readonly List<Timer> timers = [];

    public DateTimeOffset Now { get; private set; }

    /// <summary>Sets the clock, and wakes whom that wakes.</summary>
    public void Set(DateTimeOffset now)
    {
        Now = now;
        timers.ForEach(timer => timer.FireWhenDue());
    }

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            // A timer that runs from the beginning is a task's waiting: the simulation ends it.
            return new Waiting(turnstile, callback, state);
        }
        var timer = new Timer(this, callback, state);
        timers.Add(timer);
        return timer;
    }

    private sealed class Timer(SimulatedClock clock, TimerCallback callback, object? state) : ITimer
    {
        private DateTimeOffset? dueAt;

        public void FireWhenDue()
        {
            if (dueAt <= clock.Now)
            {
                dueAt = null;
                callback(state);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            dueAt = dueTime == Timeout.InfiniteTimeSpan ? null : clock.Now + dueTime;
            return true;
        }

        public void Dispose() => dueAt = null;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Waiting : ITimer
    {
        private readonly Turnstile turnstile;
        private readonly Call call;

        public Waiting(Turnstile turnstile, TimerCallback callback, object? state)
        {
            (this.turnstile, call) = (turnstile, new Call(CallKind.Wait, () => callback(state)));
            turnstile.Come(call);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose() => turnstile.Leave(call);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
