namespace TinhSo.Testing;

/// <summary>A clock that only moves when a test moves it; its timers fire as it passes them.</summary>
public sealed class ManualClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private DateTimeOffset now = start;

    /// <summary>A clock that shows a fixed working day.</summary>
    public ManualClock() : this(new DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero))
    {
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    /// <summary>Moves the clock forward and fires the timers that it passes, in their order.</summary>
    public void Advance(TimeSpan by)
    {
        var target = GetUtcNow() + by;
        while (NextDue(target) is { } timer)
        {
            timer.Fire();
        }
        lock (gate)
        {
            now = target;
        }
    }

    /// <summary>Moves the clock as on a machine that slept: each timer that came due meanwhile fires once.</summary>
    public void Sleep(TimeSpan span)
    {
        List<ManualTimer> due;
        lock (gate)
        {
            now += span;
            due = [.. timers.Where(t => t.DueAt <= now).OrderBy(t => t.DueAt)];
            due.ForEach(timer => timer.PassedAt(now));
        }
        due.ForEach(timer => timer.Fire());
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private ManualTimer? NextDue(DateTimeOffset target)
    {
        lock (gate)
        {
            var next = timers.Where(t => t.DueAt <= target).MinBy(t => t.DueAt);
            if (next is not null)
            {
                now = next.DueAt > now ? next.DueAt : now;
                next.Passed();
            }
            return next;
        }
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan period;

        public DateTimeOffset DueAt { get; private set; }

        public void Fire() => callback(state);

        public void Passed()
        {
            if (period > TimeSpan.Zero)
            {
                DueAt += period;
            }
            else
            {
                clock.timers.Remove(this);
            }
        }

        public void PassedAt(DateTimeOffset moment)
        {
            Passed();
            DueAt = period > TimeSpan.Zero ? moment + period : DueAt;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                this.period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    DueAt = clock.now + dueTime;
                    clock.timers.Add(this);
                }
                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
