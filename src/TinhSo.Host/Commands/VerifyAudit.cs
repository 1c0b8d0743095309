using System.Globalization;
using Spectre.Console;
using TinhSo.Host.Web;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Storage;

namespace TinhSo.Host.Commands;

/// <summary>Proves the audit log from its first entry; tells the first that is wrong.</summary>
internal static class VerifyAudit
{
    public static async Task<int> Run(string[] args, CancellationToken stop)
    {
        var platform = Database.Parse(Platform.Builder(args).Configuration["Database:ConnectionString"]
            ?? throw new InvalidOperationException("Database:ConnectionString is missing."));
        var verdict = await AnsiConsole.Progress().StartAsync(progress =>
        {
            var bar = progress.AddTask("Audit log", maxValue: 1);
            return new AuditLog(platform).Verify(new Progress<double>(part => bar.Value = part), stop);
        });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{verdict.Entries:N0} entries are right. Last hash {verdict.Hash}"));
        if (verdict.WrongEntry is { } wrong)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"Entry {wrong} was changed or is missing."));
            return 1;
        }
        return 0;
    }
}
