using System.CommandLine;

namespace TinhSo.Host.Commands;

/// <summary>The program's commands; what stands behind <c>--</c> is configuration, such as <c>--Simulator:Enabled=true</c>.</summary>
internal static class CommandLine
{
    public static Task<int> Run(string[] args)
    {
        var root = new RootCommand("TinhSo: a province's digital economy on one ledger and one log of facts.");
        var settings = new Argument<string[]>("settings")
        {
            Description = "Configuration as --Section:Key=value",
            Arity = ArgumentArity.ZeroOrMore,
        };
        root.Add(Make("serve", "Serve pages and API.", settings, Serve.Run));
        root.Add(Make("schema", "Bring the database's schema up to date.", settings, Schema.Run));
        root.Add(Make("load", "Load reference data: units, targets, reported figures, markets.", settings, Load.Run));
        return root.Parse(args).InvokeAsync();
    }

    private static Command Make(string name, string description, Argument<string[]> settings,
        Func<string[], CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description) { settings };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, stop) => run([.. parsed.GetValue(settings) ?? [], .. parsed.UnmatchedTokens], stop));
        return command;
    }
}
