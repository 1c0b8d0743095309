using System.Diagnostics;
using System.Globalization;

namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>Runs many simulations.</summary>
internal static class Lives
{
    public const string Argument = "--simulate";
    private const int ReportEvery = 500;

    /// <summary>Lives the lives of so many seeds and returns what failed, by seed.</summary>
    public static async Task<IReadOnlyList<string>> Run(
        ulong first, int count, Defect defect, Action<Simulation> lived, int failuresMax = 3)
    {
        var failures = new SortedDictionary<ulong, string>();
        var stopped = new CancellationTokenSource();
        var seeds = Enumerable.Range(0, count).Select(i => first + (ulong)i);
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        await Parallel.ForEachAsync(seeds, atOnce, async (seed, _) =>
        {
            if (stopped.IsCancellationRequested)
            {
                return;
            }
            try
            {
                var simulation = await Simulation.Run(seed, defect);
                lock (failures)
                {
                    lived(simulation);
                }
            }
            catch (SimulationException failure)
            {
                lock (failures)
                {
                    failures.Add(seed, failure.Message);
                    if (failures.Count >= failuresMax)
                    {
                        stopped.Cancel();
                    }
                }
            }
        });
        stopped.Dispose();
        return [.. failures.Values];
    }

    /// <summary>The same from the command line, with its progress.</summary>
    public static async Task<int> Print(string first, string count)
    {
        var (seed, total) = (ulong.Parse(first, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture));
        var (lives, steps, transfers) = (0, 0L, 0L);
        var watch = Stopwatch.StartNew();
        var failures = await Run(seed, total, Defect.None, simulation =>
        {
            steps += simulation.Steps.Count;
            transfers += simulation.Transfers;
            if (++lives % ReportEvery == 0 || lives == total)
            {
                Console.WriteLine($"{lives:N0} of {total:N0} seeds, {steps:N0} steps, {transfers:N0} transfers, "
                    + $"{lives / watch.Elapsed.TotalSeconds:N0} seeds/s");
            }
        });
        foreach (var failure in failures)
        {
            Console.WriteLine(failure);
        }
        Console.WriteLine(failures.Count == 0 ? "Nothing was found." : "Something is wrong: see above.");
        return failures.Count == 0 ? 0 : 1;
    }
}
