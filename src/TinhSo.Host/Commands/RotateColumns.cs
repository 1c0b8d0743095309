using System.Globalization;
using Spectre.Console;
using TinhSo.Host.Web;
using TinhSo.Kernel.Storage;

namespace TinhSo.Host.Commands;

/// <summary>Seals the sealed columns of all modules with the present key; may be broken off and begun again.</summary>
internal static class RotateColumns
{
    public static async Task<int> Run(string[] args, CancellationToken stop)
    {
        var builder = Platform.Builder(args);
        builder.AddPlatform();
        await using var app = builder.Build();
        var columns = app.Services.GetRequiredService<ResealColumns>();
        var keys = app.Services.GetRequiredService<ColumnKeys>();
        var done = await AnsiConsole.Progress().StartAsync(progress =>
        {
            var bar = progress.AddTask("Sealed columns", maxValue: 1);
            return columns.Run(new Progress<ResealProgress>(step =>
            {
                bar.Description = step.Table;
                bar.Value = step.Total == 0 ? 1 : (double)step.Done / step.Total;
            }), stop);
        });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{done:N0} values were sealed with the key {keys.CurrentId}."));
        if (await columns.CountOld(stop) is > 0 and var old)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{old:N0} are sealed with another key: a node still seals with it. Restart it and run this again."));
            return 1;
        }
        return 0;
    }
}
