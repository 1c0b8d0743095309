using System.CommandLine;

namespace TinhSo.Host.Commands;

/// <summary>The program's commands; each takes configuration, such as <c>--Simulator:Enabled=true</c>.</summary>
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
        root.Add(Make("demo", "Load demonstration data and print its sign-ins.", settings, Demonstrate.Run));
        root.Add(Make("simulate", "Play days of traffic through the public API of a running server: --days 30.",
            settings, Simulate.Run));
        var bench = new Command("bench", "Measure.");
        bench.Add(Make("pages", "Server time and weight of the public pages of a running server.", settings,
            BenchPages.Run));
        bench.Add(Make("watch", "What many open pay pages cost a running server: --code --process --watchers 1000.",
            settings, BenchWatch.Run));
        root.Add(bench);
        var verify = new Command("verify", "Prove that what is stored is right.");
        verify.Add(Make("ledger", "Every transfer from the first, the chain of hashes, balances, marks and cursors.",
            settings, VerifyLedger.Run));
        verify.Add(Make("audit", "Every entry of the audit log, and the chain of their hashes.", settings,
            VerifyAudit.Run));
        root.Add(verify);
        var rotate = new Command("rotate", "Bring what is stored under the present key.");
        rotate.Add(Make("columns",
            "Seal every sealed column anew with the first of Keys:columns, while the platform runs.",
            settings, RotateColumns.Run));
        root.Add(rotate);
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
