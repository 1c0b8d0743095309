using System.Globalization;
using TinhSo.Benchmarks.Suites;

namespace TinhSo.Benchmarks.Report;

/// <summary>What is aimed at, and whether it was reached in this session.</summary>
internal static class Goals
{
    private const string Sqlite = Engines.Sqlite;
    private const string Postgres = Engines.Postgres;

    public static IEnumerable<string> Judge(Plan plan, Results results)
    {
        yield return "| goal | measured | |";
        yield return "|---|---:|---|";
        foreach (var (goal, bound, unit, isMost, value) in All(plan, results))
        {
            var verdict = value is not { } measured ? "not measured"
                : (isMost ? measured <= bound : measured >= bound) ? "reached" : "**not reached**";
            var (sign, told) = (isMost ? "≤" : "≥", value is null ? "–" : unit);
            yield return string.Create(CultureInfo.InvariantCulture,
                $"| {goal} {sign} {bound:0.##}{unit} | {value:0.##}{told} | {verdict} |");
        }
    }

    private static IEnumerable<(string Goal, double Bound, string Unit, bool IsMost, double? Value)> All(
        Plan plan, Results results)
    {
        var tpcb = Engine(EngineSuite.TpcbLike, Postgres, 0);
        var (many, veryMany) = (plan.Many, plan.VeryMany);
        yield return ($"PostgreSQL, {veryMany:N0} callers, beside pgbench tpcb-like", 20, " ×", false,
            Run.Ratio(Engine(EngineSuite.Ledger, Postgres, veryMany), tpcb));
        yield return ($"PostgreSQL, {many:N0} callers, beside pgbench tpcb-like", 15, " ×", false,
            Run.Ratio(Engine(EngineSuite.Ledger, Postgres, many), tpcb));
        yield return ("PostgreSQL, hot account, best beside best hot form of pgbench", 12, " ×", false, Run.Ratio(
            Best([Engine(EngineSuite.HotLedger, Postgres, many), Engine(EngineSuite.HotLedger, Postgres, veryMany)]),
            Best(EngineSuite.HotForms.Select(form => Engine(form, Postgres, 0)))));
        yield return ($"SQLite, best of {many:N0} and {veryMany:N0} callers, beside pgbench tpcb-like", 40, " ×", false,
            Run.Ratio(Best([Engine(EngineSuite.Ledger, Sqlite, many), Engine(EngineSuite.Ledger, Sqlite, veryMany)]),
                tpcb));
        foreach (var store in (string[])[Postgres, Sqlite])
        {
            yield return ($"{store}, cost at {SizeSuite.LargestOn(plan, store).What} beside "
                + SizeSuite.YardstickOn(plan, store).What, 1.3, " ×", true,
                Dearer(results.MedianOf(SizeSuite.LargestOn(plan, store)),
                    results.MedianOf(SizeSuite.YardstickOn(plan, store))));
        }
        foreach (var (store, bound) in ((string, double)[])[(Sqlite, 50), (Postgres, 35)])
        {
            yield return ($"{store}, POST of one transfer beside the empty POST", bound, " %", false,
                100 * Run.Ratio(Http(HttpSuite.Single, store, plan.Connections),
                    Http(HttpSuite.Empty, store, plan.Connections)));
            yield return ($"{store}, POST of arrays beside the same in process", 70, " %", false,
                100 * Run.Ratio(Http(HttpSuite.Arrays(plan), store, plan.ArrayConnections),
                    Http(HttpSuite.InProcess(plan), store, plan.ArrayConnections)));
        }
        foreach (var (store, bound) in ((string, double)[])[(Postgres, 40), (Sqlite, 15)])
        {
            yield return ($"{store}, p99 at {many:N0} callers over {plan.Steady.TotalMinutes:0.##} minutes", bound,
                " ms", true, results.MedianOf(SteadySuite.RowOn(plan, store))?.P99);
        }

        Run? Engine(string what, string store, int callers) =>
            results.MedianOf(new Row(EngineSuite.SuiteName, what, store, callers));

        Run? Http(string what, string store, int callers) =>
            results.MedianOf(new Row(HttpSuite.SuiteName, what, store, callers));
    }

    private static Run? Best(IEnumerable<Run?> runs) => runs.MaxBy(run => run?.Rate);

    /// <summary>By time or by the processors' time, whichever grew more.</summary>
    private static double? Dearer(Run? one, Run? other) => Run.Ratio(other, one) is { } slower
        ? Math.Max(slower, (one!.Here + (one.Postgres ?? 0)) / (other!.Here + (other.Postgres ?? 0))) : null;
}
