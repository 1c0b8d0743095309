using System.Diagnostics;

namespace TinhSo.Ledger.Bench;

/// <summary>What a run came to.</summary>
/// <param name="PerSecond">Transfers.</param>
/// <param name="P50">How long half of the callers waited at the most.</param>
/// <param name="P99">How long all but one in a hundred waited at the most.</param>
/// <param name="Processor">What a transfer took of this process's processors, its caller included.</param>
internal sealed record LoadResult(double PerSecond, TimeSpan P50, TimeSpan P99, TimeSpan Processor);

/// <summary>Callers who each wait for their answer before they ask again.</summary>
internal static class Load
{
    public static async Task<LoadResult> Run(
        Func<Random, Task> post, int callers, TimeSpan duration, CancellationToken stop)
    {
        var processor = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp() + Ticks(duration / 10);
        var end = start + Ticks(duration);
        var runs = Enumerable.Range(0, callers).Select(caller => Task.Run(() => Call(caller))).ToArray();
        var ended = (await Task.WhenAll(runs)).SelectMany(one => one).ToArray();
        stop.ThrowIfCancellationRequested();
        var latencies = Array.ConvertAll(ended, one => one.Took);
        Array.Sort(latencies);
        // What was begun in time is waited for and counted, so the time runs until the last of it ended.
        return new LoadResult(ended.Length / Seconds(ended.Max(one => one.At) - start), At(0.50), At(0.99),
            (Environment.CpuUsage.TotalTime - processor) / ended.Length);

        TimeSpan At(double share) =>
            Stopwatch.GetElapsedTime(0, latencies[Math.Min((int)(latencies.Length * share), latencies.Length - 1)]);

        async Task<List<(long At, long Took)>> Call(int caller)
        {
#pragma warning disable CA5394 // Which accounts a measurement picks is no secret.
            var random = new Random(caller);
#pragma warning restore CA5394
            var calls = new List<(long At, long Took)>();
            while (Stopwatch.GetTimestamp() is var began && began < end && !stop.IsCancellationRequested)
            {
                await post(random);
                var now = Stopwatch.GetTimestamp();
                // Not what ended while warming up.
                if (now >= start)
                {
                    calls.Add((now, now - began));
                }
            }
            return calls;
        }
    }

    private static long Ticks(TimeSpan span) => (long)(span.TotalSeconds * Stopwatch.Frequency);

    private static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;
}
