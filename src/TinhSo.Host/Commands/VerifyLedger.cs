using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Spectre.Console;
using TinhSo.Host.Web;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger;

namespace TinhSo.Host.Commands;

/// <summary>Proves the ledger's store from its first row; says what was read, how fast, and what is wrong.</summary>
internal static class VerifyLedger
{
    public static async Task<int> Run(string[] args, CancellationToken stop)
    {
        var settings = Platform.Builder(args).Configuration;
        var platform = Database.Parse(settings["Database:ConnectionString"]
            ?? throw new InvalidOperationException("Database:ConnectionString is missing."));
        if (ReadNoted(settings["root"]) is not { } noted)
        {
            Console.WriteLine("A noted root is written as its batch's number, a colon and 64 hexadecimal digits: "
                + "--root=1234:ab12…; several are separated by commas.");
            return 2;
        }
        // Before the ledger: a follower is never beyond an end that is read later.
        var cursors = await ReadCursors(platform, stop);

        var watch = Stopwatch.StartNew();
        var verdict = await AnsiConsole.Progress()
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask("Ledger", maxValue: 1);
                var verdict = await LedgerVerification.Run(
                    platform, settings["Ledger:ConnectionString"], cursors, noted,
                    new Progress<double>(part => bar.Value = part), stop);
                bar.Value = verdict.Fault is null ? 1 : bar.Value;
                return verdict;
            });
        watch.Stop();
        Print(verdict, cursors.Count, noted.Count, watch.Elapsed);
        return verdict.Fault is null ? 0 : 1;
    }

    private static void Print(LedgerVerdict verdict, int cursors, int noted, TimeSpan taken)
    {
        var table = new Table().AddColumns("What", "Found right");
        foreach (var (what, count) in ((string, long)[])[("batches", verdict.Batches),
            ("transfers", verdict.Transfers), ("accounts", verdict.Accounts)])
        {
            table.AddRow(what, count.ToString("N0", CultureInfo.InvariantCulture));
        }
        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture,
            $"{taken.TotalSeconds:N1} s: {verdict.Transfers / taken.TotalSeconds:N0} transfers a second");
        Console.WriteLine($"Root hash {verdict.RootHash}");
        if (verdict.Fault is not { } fault)
        {
            Console.WriteLine("The ledger is right, and so are its balances and marks, "
                + $"its followers' cursors ({cursors}) and the roots noted before ({noted}).");
            return;
        }
        Console.WriteLine($"First wrong row: {fault.Table} {fault.Row}");
        Console.WriteLine($"  {fault.What.Vi}");
        Console.WriteLine($"  {fault.What.En}");
    }

    private static Dictionary<long, string>? ReadNoted(string? roots)
    {
        var noted = new Dictionary<long, string>();
        foreach (var root in (roots ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = root.Trim().Split(':');
            if (parts.Length != 2 || parts[1].Length != 64 || !parts[1].All(char.IsAsciiHexDigit)
                || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var batch)
                || !noted.TryAdd(batch, parts[1]))
            {
                return null;
            }
        }
        return noted;
    }

    /// <summary>How far each follower has come; none, where the platform has no database yet.</summary>
    private static async Task<Dictionary<string, long>> ReadCursors(Database platform, CancellationToken stop)
    {
        var cursors = new Dictionary<string, long>();
        if (platform.Engine is Engine.Sqlite
            && !File.Exists(new SqliteConnectionStringBuilder(platform.ConnectionString).DataSource))
        {
            return cursors;
        }
        await using var connection = platform.Connect();
        await connection.OpenAsync(stop);
        await using var command = connection.CreateCommand();
        command.CommandText = "select name, position from kernel_cursor where name like '%.ledger'";
        await using var row = await command.ExecuteReaderAsync(stop);
        while (await row.ReadAsync(stop))
        {
            cursors.Add(row.GetString(0), row.GetInt64(1));
        }
        return cursors;
    }
}
