using TinhSo.Kernel;

namespace TinhSo.Testing;

/// <summary>A clock that goes as the system's, so much ahead of it.</summary>
public sealed class ClockAhead(TimeSpan ahead) : TimeProvider
{
    private readonly MicrosecondClock clock = new();

    /// <summary>How much.</summary>
    public TimeSpan Ahead => ahead;

    /// <summary>A clock that shows a moment now.</summary>
    public static ClockAhead Showing(DateTimeOffset moment) =>
        new(TimeSpan.FromSeconds(Math.Floor((moment - System.GetUtcNow()).TotalSeconds)));

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + ahead;
}
