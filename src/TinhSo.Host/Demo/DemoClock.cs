using System.Globalization;
using TinhSo.Host.Web;
using TinhSo.Kernel;

namespace TinhSo.Host.Demo;

/// <summary>A clock that may lag behind the world, so that a month can be played through in minutes.</summary>
/// <remarks>
/// Only where the simulator runs, and never in production. The lag is kept in a file and only ever shrinks: the ledger
/// would not take a time earlier than one it has seen.
/// </remarks>
internal sealed class DemoClock : TimeProvider
{
    private readonly MicrosecondClock world = new();
    private readonly Lock gate = new();
    private readonly string file;
    private TimeSpan lag;

    public DemoClock(DataFolder folder)
    {
        file = Path.Combine(folder.Path, "demo-clock");
        lag = File.Exists(file)
            ? TimeSpan.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) : TimeSpan.Zero;
    }

    /// <summary>How far it is behind.</summary>
    public TimeSpan Lag
    {
        get
        {
            lock (gate)
            {
                return lag;
            }
        }
    }

    public override DateTimeOffset GetUtcNow() => world.GetUtcNow() - Lag;

    /// <summary>Sets it back, once, before anything was recorded.</summary>
    public void Begin(TimeSpan behind) => Keep(behind);

    /// <summary>Moves it forward to a moment, but never past the world's own time.</summary>
    public void AdvanceTo(DateTimeOffset moment)
    {
        lock (gate)
        {
            var left = world.GetUtcNow() - moment;
            Keep(left < TimeSpan.Zero ? TimeSpan.Zero : left < lag ? left : lag);
        }
    }

    private void Keep(TimeSpan behind)
    {
        lock (gate)
        {
            // Whole microseconds, like the clock itself.
            lag = new TimeSpan(behind.Ticks - (behind.Ticks % TimeSpan.TicksPerMicrosecond));
            File.WriteAllText(file, lag.ToString("c", CultureInfo.InvariantCulture));
        }
    }
}
