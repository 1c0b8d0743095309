using System.Diagnostics;

namespace TinhSo.Ledger.Bench;

/// <summary>What a run came to.</summary>
internal sealed record LoadResult(double PerSecond, TimeSpan P50, TimeSpan P99);

/// <summary>Callers who each wait for their answer before they ask again.</summary>
internal static class Load
{
    public static async Task<LoadResult> Run(
        Func<Random, Task> post, int callers, TimeSpan duration, CancellationToken stop)
    {
        var start = Stopwatch.GetTimestamp() + Ticks(duration / 10);
        var end = start + Ticks(duration);
        var runs = Enumerable.Range(0, callers).Select(caller => Task.Run(() => Call(caller))).ToArray();
        var latencies = (await Task.WhenAll(runs)).SelectMany(one => one).ToArray();
        stop.ThrowIfCancellationRequested();
        if (latencies.Length == 0)
        {
            throw new InvalidOperationException($"No transfer ended within {duration}: the run is too short.");
        }
        Array.Sort(latencies);
        return new LoadResult(latencies.Length / duration.TotalSeconds, At(0.50), At(0.99));

        TimeSpan At(double share) =>
            Stopwatch.GetElapsedTime(0, latencies[Math.Min((int)(latencies.Length * share), latencies.Length - 1)]);

        async Task<List<long>> Call(int caller)
        {
#pragma warning disable CA5394 // Which accounts a measurement picks is no secret.
            var random = new Random(caller);
#pragma warning restore CA5394
            var took = new List<long>();
            while (Stopwatch.GetTimestamp() is var began && began < end && !stop.IsCancellationRequested)
            {
                await post(random);
                var ended = Stopwatch.GetTimestamp();
                // Counted when it ends within the measured time, whenever it began.
                if (ended >= start && ended < end)
                {
                    took.Add(ended - began);
                }
            }
            return took;
        }
    }

    private static long Ticks(TimeSpan span) => (long)(span.TotalSeconds * Stopwatch.Frequency);
}
