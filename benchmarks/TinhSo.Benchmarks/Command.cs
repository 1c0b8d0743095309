using System.CommandLine;
using TinhSo.Benchmarks.Report;

namespace TinhSo.Benchmarks;

/// <summary>The command line: what is measured, how long, and where.</summary>
internal static class Command
{
    private static readonly Option<string> Postgres = new("--postgres")
    {
        Description = "A PostgreSQL server with fsync on, whose user may create databases",
        Required = true,
    };

    private static readonly Option<string> Folder = new("--folder")
    {
        Description = "Where SQLite's files are made",
        DefaultValueFactory = _ => Path.GetTempPath(),
    };

    private static readonly Option<string?> Output = new("--output") { Description = "A file for the page, too" };

    private static readonly Option<string[]> Suites = new("--suite")
    {
        Description = $"One of {string.Join(", ", Session.Suites.Select(suite => suite.Name))}; all, when not said",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<double?> Seconds = new("--seconds") { Description = "Of each turn" };
    private static readonly Option<double?> WarmUp = new("--warm-up") { Description = "Seconds before each turn" };
    private static readonly Option<int?> Repetitions = new("--repetitions") { Description = "Turns of each" };
    private static readonly Option<int?> Accounts = new("--accounts") { Description = "Of most suites" };
    private static readonly Option<int?> Scale = new("--scale") { Description = "Of pgbench" };
    private static readonly Option<int[]> Sizes = new("--sizes")
    {
        Description = "Numbers of accounts, rising, at least two",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<int?> History = new("--history") { Description = "Rows on the largest size" };
    private static readonly Option<double?> Patience = new("--patience")
    {
        Description = "Seconds that a run waits at the most for a calm machine",
    };
    private static readonly Option<double?> Minutes = new("--minutes") { Description = "Of the steady run" };

    public static Task<int> Run(string[] args)
    {
        var root = new RootCommand("Measures the ledger beside other designs, and writes a page of tables.")
        {
            Postgres, Folder, Output, Suites, Seconds, WarmUp, Repetitions, Accounts, Scale, Sizes, History, Minutes,
            Patience,
        };
        Suites.AcceptOnlyFromAmong([.. Session.Suites.Select(suite => suite.Name)]);
        root.SetAction(async (parsed, stop) => await Run(PlanOf(parsed), parsed.GetValue(Suites) ?? [],
            parsed.GetValue(Output), Console.Out, Console.Error, stop) ? 0 : 1);
        return root.Parse(args).InvokeAsync();
    }

    /// <summary>Runs some suites or all; what is measured is written to the file after each of them.</summary>
    /// <returns>Whether all of them ended well.</returns>
    public static async Task<bool> Run(Plan plan, IReadOnlyCollection<string> suites, string? file, TextWriter output,
        TextWriter progress, CancellationToken stop)
    {
        await using var session = new Session(plan, progress);
        var machine = await Machine.Describe(plan, session.Stores.Folder, stop);
        foreach (var suite in Session.Suites.Where(suite => suites.Count == 0 || suites.Contains(suite.Name)))
        {
            await session.Run(suite, stop);
            if (file is not null)
            {
                await File.WriteAllTextAsync(file, Write(), stop);
            }
        }
        await output.WriteAsync(Write());
        return !session.Results.HasFailed;

        string Write() => Markdown.Write(
            session.Rested is { } rested ? [.. machine, rested] : machine, plan, session.Results);
    }

    private static Plan PlanOf(ParseResult parsed)
    {
        var usual = new Plan { Postgres = parsed.GetValue(Postgres)!, Folder = parsed.GetValue(Folder)! };
        return usual with
        {
            Measured = Of(Seconds, TimeSpan.FromSeconds) ?? usual.Measured,
            WarmUp = Of(WarmUp, TimeSpan.FromSeconds) ?? usual.WarmUp,
            Repetitions = parsed.GetValue(Repetitions) ?? usual.Repetitions,
            Accounts = parsed.GetValue(Accounts) ?? usual.Accounts,
            Scale = parsed.GetValue(Scale) ?? usual.Scale,
            Sizes = parsed.GetValue(Sizes) is { Length: > 1 } sizes ? sizes : usual.Sizes,
            History = parsed.GetValue(History) ?? usual.History,
            Patience = Of(Patience, TimeSpan.FromSeconds) ?? usual.Patience,
            Steady = Of(Minutes, TimeSpan.FromMinutes) ?? usual.Steady,
        };

        TimeSpan? Of(Option<double?> option, Func<double, TimeSpan> unit) =>
            parsed.GetValue(option) is { } value ? unit(value) : null;
    }
}
