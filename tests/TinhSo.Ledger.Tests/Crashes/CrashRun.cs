using System.Diagnostics;
using System.Globalization;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Tests.Simulation;

namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>As many rounds of killing as one likes, from the command line.</summary>
internal static class CrashRun
{
    public const string Argument = "--crash";

    public static async Task<int> Print(string rounds)
    {
        foreach (var engine in Enum.GetValues<Engine>())
        {
            var seed = (ulong)Stopwatch.GetTimestamp();
            Console.WriteLine($"{engine}, seed {seed}");
            try
            {
                var totals = await new Rounds(engine, seed)
                    .Run(int.Parse(rounds, CultureInfo.InvariantCulture), Console.WriteLine);
                Console.WriteLine($"{engine}: {totals}. Nothing was found.");
            }
            catch (SimulationException failure)
            {
                Console.WriteLine($"{engine}: {failure.Message}");
                return 1;
            }
        }
        return 0;
    }
}
