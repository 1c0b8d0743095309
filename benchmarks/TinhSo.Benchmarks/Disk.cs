using System.Diagnostics;
using System.Globalization;

namespace TinhSo.Benchmarks;

/// <summary>How fast the disk makes a page durable, and waiting until the machine is its own again.</summary>
/// <remarks>
/// On a shared machine others take the processors for a while, or the disk is held back after much was written or
/// deleted. What runs in such a moment tells of the moment.
/// </remarks>
internal sealed class Disk(string folder, TimeSpan patience)
{
    private const int Syncs = 200;
    private const int SlowerMax = 3;
    private const double StolenMax = 0.1;
    private static readonly TimeSpan Sample = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private double best = double.MaxValue;

    /// <summary>How often and how long a run waited, and how often in vain.</summary>
    public (int Times, TimeSpan Long, int InVain) Rested { get; private set; }

    /// <summary>
    /// Waits until others take at most a tenth of the processors, and the disk is at most three times as slow as the
    /// best that was seen, or patience ends.
    /// </summary>
    public async Task Rest(CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        while (patience > TimeSpan.Zero)
        {
            var before = Ticks();
            await Task.Delay(Sample, TimeProvider.System, stop);
            var after = Ticks();
            var now = Sync(folder, Syncs).At(0.5);
            best = Math.Min(best, now);
            var isCalm = now <= SlowerMax * best
                && after.Stolen - before.Stolen <= StolenMax * (after.All - before.All);
            var waited = Stopwatch.GetElapsedTime(began);
            if (isCalm || waited >= patience)
            {
                Rested = (Rested.Times + (waited > Pause ? 1 : 0), Rested.Long + waited,
                    Rested.InVain + (isCalm ? 0 : 1));
                return;
            }
            await Task.Delay(Pause, TimeProvider.System, stop);
        }
    }

    // Of all processors together: user, nice, system, idle, iowait, irq, softirq, steal; guests are counted with users.
    private static (long Stolen, long All) Ticks()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9]
            .Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToList();
        return (fields[7], fields.Sum());
    }

    /// <summary>How long each of so many writes of 4 kB over the same place took to be durable.</summary>
    public static Histogram Sync(string folder, int times)
    {
        var path = Path.Combine(folder, "sync");
        var taken = new Histogram();
        using var file = File.OpenHandle(
            path, FileMode.Create, FileAccess.Write, options: FileOptions.DeleteOnClose);
        var page = new byte[4_096];
        for (var i = 0; i < times; i++)
        {
            RandomAccess.Write(file, page, 0);
            var began = Stopwatch.GetTimestamp();
            if (Libc.SyncData(file) != 0)
            {
                throw new IOException($"{path} could not be made durable.");
            }
            taken.Record(Stopwatch.GetElapsedTime(began).Ticks);
        }
        return taken;
    }
}
