using System.Numerics;

namespace TinhSo.Benchmarks;

/// <summary>How often each duration occurred, in memory that does not grow: told to a hundredth of itself.</summary>
/// <remarks>Durations are whole numbers of any unit. Many may record at once; what is read is a copy.</remarks>
internal sealed class Histogram
{
    // Each doubling of the duration has this many steps.
    private const int StepBits = 7;
    private const int Steps = 1 << StepBits;

    private readonly long[] counts;

    public Histogram() => counts = new long[(64 - StepBits) * Steps];

    private Histogram(long[] counts) => this.counts = counts;

    /// <summary>How many were recorded.</summary>
    public long Count => counts.Sum();

    public void Record(long duration) => Interlocked.Increment(ref counts[PlaceOf(duration)]);

    /// <summary>What has been recorded until now.</summary>
    public Histogram Copy() => new([.. counts]);

    /// <summary>What was recorded after <paramref name="earlier"/> was copied from this.</summary>
    public Histogram Since(Histogram earlier) => new([.. counts.Zip(earlier.counts, (now, then) => now - then)]);

    /// <summary>The duration that this share of all did not exceed; 0 when there are none.</summary>
    public double At(double share)
    {
        var left = Math.Max(1, (long)Math.Ceiling(Count * share));
        for (var place = 0; place < counts.Length; place++)
        {
            left -= counts[place];
            if (left <= 0)
            {
                return EndOf(place);
            }
        }
        return 0;
    }

    private static int PlaceOf(long duration)
    {
        var value = Math.Max(0, duration);
        if (value < Steps)
        {
            return (int)value;
        }
        var shift = BitOperations.Log2((ulong)value) - StepBits;
        return ((shift + 1) << StepBits) + (int)(value >> shift) - Steps;
    }

    private static double EndOf(int place)
    {
        var shift = (place >> StepBits) - 1;
        return shift < 0 ? place : Math.ScaleB(Steps + (place & (Steps - 1)) + 1, shift);
    }
}
