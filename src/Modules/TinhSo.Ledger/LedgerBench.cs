using System.Globalization;
using System.Runtime.InteropServices;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Bench;

namespace TinhSo.Ledger;

/// <summary>How a measurement is to be made.</summary>
/// <param name="PerRun">How long each run takes, after a tenth of it for warming up.</param>
/// <param name="Repetitions">How often all run, one after another; the medians are told.</param>
/// <param name="Accounts">Among how many accounts money moves.</param>
/// <param name="Pgbench">A PostgreSQL server for pgbench as the yardstick, or null to do without.</param>
public sealed record LedgerBenchPlan(TimeSpan PerRun, int Repetitions, int Accounts, string? Pgbench);

/// <summary>Measures the ledger on a given store, against designs that make one transaction a transfer.</summary>
public static class LedgerBench
{
    private static readonly int[] Callers = [1, 64, 1_024, 8_192];

    /// <summary>Runs all in turn, again and again, and writes a Markdown table of the medians.</summary>
    /// <param name="database">Where: a file or schema beside it is made for this and removed at the end.</param>
    /// <param name="output">Takes the table.</param>
    /// <param name="plan">How.</param>
    /// <param name="stop">Ends the measurement early; what was made is removed all the same.</param>
    public static async Task Run(Database database, TextWriter output, LedgerBenchPlan plan, CancellationToken stop)
    {
        await using var contest = await Contest.Prepare(database, plan.Accounts, stop);
        var contestants = Callers
            .Select(callers => new Contestant("ledger", callers, run => Load.Run(
                contest.PostThroughLedger, callers, run, stop)))
            .Append(new Contestant("ledger, one hot account", 1_024, run => Load.Run(
                contest.PostToHotAccount, 1_024, run, stop)))
            .Append(new Contestant("one transaction a transfer", 32, run => Load.Run(
                contest.PostNaively, 32, run, stop)))
            .ToList();
        if (plan.Pgbench is not null)
        {
            var pgbench = await PgBench.Prepare(plan.Pgbench, stop);
            contestants.AddRange(((string[])["tpcb-like", "simple-update"]).Select(script =>
                new Contestant($"pgbench {script}", 32, run => pgbench.Run(script, run, stop))));
        }
        var results = contestants.ToDictionary(contestant => contestant, _ => new List<LoadResult>());
        for (var repetition = 0; repetition < plan.Repetitions; repetition++)
        {
            foreach (var contestant in contestants)
            {
                results[contestant].Add(await contestant.Run(plan.PerRun));
            }
        }
        await Write(output, database.Engine, plan, results);
    }

    private static async Task Write(TextWriter output, Engine engine, LedgerBenchPlan plan,
        Dictionary<Contestant, List<LoadResult>> results)
    {
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{engine}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, "
            + $"{RuntimeInformation.FrameworkDescription}, {plan.Accounts:N0} accounts, "
            + $"medians of {plan.Repetitions} runs of {plan.PerRun.TotalSeconds:0.#} s in turn."));
        await output.WriteLineAsync();
        var yardstick = results.Last(result => !result.Key.Name.EndsWith("update", StringComparison.Ordinal));
        await output.WriteLineAsync(
            $"| what | callers | a second | p50 ms | p99 ms | CPU µs each | beside {yardstick.Key.Name} |");
        await output.WriteLineAsync("|---|---:|---:|---:|---:|---:|---:|");
        var unit = Median(yardstick.Value, result => result.PerSecond);
        foreach (var (contestant, runs) in results)
        {
            var rate = Median(runs, result => result.PerSecond);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"| {contestant.Name} | {contestant.Callers:N0} | {rate:N0} | "
                + $"{Median(runs, result => result.P50.TotalMilliseconds):N2} | "
                + $"{Median(runs, result => result.P99.TotalMilliseconds):N2} | "
                + $"{Median(runs, result => result.Processor.TotalMicroseconds):N1} | {rate / unit:N1} |"));
        }
    }

    private static double Median(List<LoadResult> runs, Func<LoadResult, double> value)
    {
        var sorted = runs.Select(value).Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private sealed record Contestant(string Name, int Callers, Func<TimeSpan, Task<LoadResult>> Run);
}
