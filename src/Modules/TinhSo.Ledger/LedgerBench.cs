using System.Globalization;
using System.Runtime.InteropServices;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Bench;

namespace TinhSo.Ledger;

/// <summary>Measures the ledger on a given store, against a design that makes one transaction a transfer.</summary>
public static class LedgerBench
{
    private static readonly int[] Callers = [1, 16, 256, 1_024, 4_096];

    /// <summary>Runs both designs in turn at each number of callers, and writes a Markdown table.</summary>
    /// <param name="database">Where: a file or schema beside it is made for this and removed at the end.</param>
    /// <param name="output">Takes the table.</param>
    /// <param name="perRun">How long each of the ten runs takes, after a tenth of it for warming up.</param>
    /// <param name="stop">Ends the measurement early; what was made is removed all the same.</param>
    public static async Task Run(Database database, TextWriter output, TimeSpan perRun, CancellationToken stop)
    {
        await using var contest = await Contest.Prepare(database, stop);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{database.Engine}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, "
            + $"{RuntimeInformation.FrameworkDescription}, {perRun.TotalSeconds:0.#} s a run, "
            + $"{Contest.AccountCount:N0} accounts, {Contest.NaiveConnectionsMax} connections for the naive design."));
        await output.WriteLineAsync();
        await output.WriteLineAsync(
            "| callers | ledger, transfers/s | p50 ms | p99 ms | naive, transfers/s | p50 ms | p99 ms | ratio |");
        await output.WriteLineAsync("|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var callers in Callers)
        {
            var ledger = await Load.Run(contest.PostThroughLedger, callers, perRun, stop);
            var naive = await Load.Run(contest.PostNaively, callers, perRun, stop);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"| {callers:N0} | {Cells(ledger)} | {Cells(naive)} | {ledger.PerSecond / naive.PerSecond:N1} |"));
            await output.FlushAsync(stop);
        }
    }

    private static string Cells(LoadResult result) => string.Create(CultureInfo.InvariantCulture,
        $"{result.PerSecond:N0} | {result.P50.TotalMilliseconds:N2} | {result.P99.TotalMilliseconds:N2}");
}
