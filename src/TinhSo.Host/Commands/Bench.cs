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
        var perRun = TimeSpan.FromSeconds(builder.Configuration.GetValue("Bench:Seconds", 10));
        await LedgerBench.Run(database, Console.Out, perRun, stop);
        return 0;
    }
}
