namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>A process's clock, which goes as the seed says: also wrongly, and also back.</summary>
internal sealed class SimulatedClock(Turnstile writer) : TimeProvider
{
    private readonly List<Timer> timers = [];

    public DateTimeOffset Now { get; private set; }

    /// <summary>Sets the clock while the writer stands still, and wakes whom that wakes.</summary>
    public void Set(DateTimeOffset now)
    {
        Now = now;
        timers.ForEach(timer => timer.FireWhenDue());
    }

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        if (dueTime == Timeout.InfiniteTimeSpan)
        {
            timers.Add(timer);
        }
        else
        {
            // A timer that runs from the beginning is the writer's pause: the simulation ends it.
            writer.Announce(new Call(CallKind.Pause, () => callback(state)));
        }
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
}
