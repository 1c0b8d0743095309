namespace TinhSo.Kernel;

/// <summary>The system's clock, cut to the microseconds that PostgreSQL keeps.</summary>
/// <remarks>Without this, what is answered at once differs from what is read back later.</remarks>
public sealed class MicrosecondClock : TimeProvider
{
    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        var now = base.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}

/// <summary>Vietnam's civil time, in which days begin, bills fall due and pages speak.</summary>
public static class VietnamTime
{
    /// <summary>UTC+7 all year: Vietnam keeps no summer time.</summary>
    public static readonly TimeSpan Offset = TimeSpan.FromHours(7);

    /// <summary>The same instant on a Vietnamese clock.</summary>
    public static DateTimeOffset Of(DateTimeOffset instant) => instant.ToOffset(Offset);

    /// <summary>The Vietnamese calendar day that holds <paramref name="instant"/>.</summary>
    public static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(Of(instant).DateTime);

    /// <summary>Today in Vietnam.</summary>
    public static DateOnly Today(this TimeProvider clock) => DayOf(clock.GetUtcNow());

    /// <summary>The instant at which <paramref name="day"/> begins in Vietnam, in UTC.</summary>
    public static DateTimeOffset StartOf(DateOnly day) =>
        new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), Offset).ToUniversalTime();
}
