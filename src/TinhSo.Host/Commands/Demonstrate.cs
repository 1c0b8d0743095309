using System.Globalization;
using Spectre.Console;
using TinhSo.Host.Demo;
using TinhSo.Host.Web;

namespace TinhSo.Host.Commands;

/// <summary>Loads the demonstration and prints who can sign in to it.</summary>
internal static class Demonstrate
{
    private const int DaysBehind = 30;

    public static async Task<int> Run(string[] args, CancellationToken stop)
    {
        var builder = Platform.Builder(args);
        builder.AddPlatform();
        await using var app = builder.Build();
        if (app.Services.GetService<DemoClock>() is not { } clock)
        {
            await Console.Error.WriteLineAsync(
                "The demonstration needs Simulator:Enabled=true, and is not for production.");
            return 2;
        }
        await app.UpgradeSchema(stop);
        if (!app.Services.GetRequiredService<DemoMark>().IsLoaded)
        {
            // It begins a month ago, so that a month of traffic can follow.
            clock.Begin(TimeSpan.FromDays(app.Configuration.GetValue("Demo:DaysBehind", DaysBehind)));
        }
        await app.StartBackground(stop);
        await using var scope = app.Services.CreateAsyncScope();
        var signIns = await AnsiConsole.Status().StartAsync("Loading demonstration data…",
            _ => scope.ServiceProvider.GetRequiredService<LoadDemonstration>().Load(stop));

        var table = new Table().AddColumns("User name", "Role");
        foreach (var signIn in signIns)
        {
            table.AddRow(signIn.UserName, signIn.Role);
        }
        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture,
            $"Password of all: [bold]{app.Configuration["Demo:Password"]}[/]");
        await app.StopBackground();
        return 0;
    }
}
