using System.Globalization;
using System.Text;
using TinhSo.Benchmarks.Suites;

namespace TinhSo.Benchmarks.Report;

/// <summary>The session as a page.</summary>
internal static class Markdown
{
    private const string Head =
        "| what | store | callers | a second | × beside | p50 ms | p99 ms "
        + "| CPU µs here | web server | PostgreSQL | bytes |";

    private const string Line = "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|";

    public static string Write(IReadOnlyList<string> machine, Plan plan, Results results)
    {
        var page = new StringBuilder("# Benchmarks\n\n");
        foreach (var line in machine)
        {
            page.Append(CultureInfo.InvariantCulture, $"- {line}\n");
        }
        page.Append(CultureInfo.InvariantCulture, $"""

            Medians of {plan.Repetitions} turns of {plan.Measured.TotalSeconds:0.##} s, each after
            {plan.WarmUp.TotalSeconds:0.##} s of warm-up, and of engine and http all after {plan.Uncounted} that is not
            counted; {plan.Accounts:N0} accounts unless a row says otherwise, pgbench at scale {plan.Scale}. Duplicate
            detection, hash chain, walkable statements and recovery are on. The processors' time and the bytes are those
            of one transfer: of PostgreSQL the bytes of its write-ahead log, of SQLite all that is written to its files.
            The processors' time here includes whoever asks.

            ## Goals


            """);
        foreach (var line in Goals.Judge(plan, results))
        {
            page.Append(CultureInfo.InvariantCulture, $"{line}\n");
        }
        foreach (var suite in Session.Suites)
        {
            Write(page, suite, plan, results);
        }
        return page.ToString();
    }

    private static void Write(StringBuilder page, ISuite suite, Plan plan, Results results)
    {
        var rows = results.Rows.Where(row => row.Suite == suite.Name).ToList();
        var notes = results.NotesOf(suite.Name).ToList();
        if (rows.Count == 0 && notes.Count == 0)
        {
            return;
        }
        page.Append(CultureInfo.InvariantCulture, $"\n## {suite.Name}\n\n{suite.About}\n\n{Head}\n{Line}\n");
        foreach (var row in rows)
        {
            var run = results.MedianOf(row)!;
            var beside = Run.Ratio(run, results.MedianOf(suite.YardstickOf(row, plan)));
            page.Append(CultureInfo.InvariantCulture,
                $"| {row.What} | {row.Store} | {row.Callers:N0} | {run.Rate:N0} | {beside:N2} | {run.P50:N2} ")
                .Append(CultureInfo.InvariantCulture,
                $"| {run.P99:N2} | {run.Here:N1} | {run.Web:N1} | {run.Postgres:N1} | {run.Written:N0} |\n");
        }
        page.Append('\n');
        foreach (var note in notes)
        {
            page.Append(CultureInfo.InvariantCulture, $"- {note}\n");
        }
    }
}
