using TinhSo.Host.Web;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger;

namespace TinhSo.Host.Commands;

/// <summary>Measures the ledger on the configured store, beside one transaction per transfer in the same run.</summary>
internal static class Bench
{
    public static async Task<int> RunLedger(string[] args, CancellationToken stop)
    {
        var builder = Platform.Builder(args);
        var database = Database.Parse(builder.Configuration["Database:ConnectionString"]!);
        var plan = new LedgerBenchPlan(
            TimeSpan.FromSeconds(builder.Configuration.GetValue("Bench:Seconds", 10)),
            builder.Configuration.GetValue("Bench:Repetitions", 5),
            builder.Configuration.GetValue("Bench:Accounts", 10_000),
            builder.Configuration["Bench:Pgbench"]);
        await LedgerBench.Run(database, Console.Out, plan, stop);
        return 0;
    }
}
