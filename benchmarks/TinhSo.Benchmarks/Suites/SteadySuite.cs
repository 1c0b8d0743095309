using System.Globalization;
using TinhSo.Benchmarks.Loads;
using TinhSo.Kernel.Storage;

namespace TinhSo.Benchmarks.Suites;

/// <summary>Many callers for minutes on end: how long the unlucky wait, checkpoints and collections included.</summary>
internal sealed class SteadySuite : ISuite
{
    public const string SuiteName = "steady";
    private const int Parts = 10;

    public string Name => SuiteName;

    public string About =>
        "One long run on each engine, as it comes: checkpoints, balances written behind and collections of memory "
        + "included.";

    public static Row RowOn(Plan plan, string store) => new(SuiteName, EngineSuite.Ledger, store, plan.Many);

    public Row? YardstickOf(Row row, Plan plan) => null;

    public async Task Run(Session session, CancellationToken stop)
    {
        foreach (var engine in Engines.Both)
        {
            await Run(session, engine, stop);
        }
    }

    private static async Task Run(Session session, Engine engine, CancellationToken stop)
    {
        var plan = session.Plan;
        var row = RowOn(plan, Engines.NameOf(engine));
        var database = await session.Stores.Make(engine, stop);
        await using (var stand = await LedgerStand.StartWithAccounts(database, plan.Accounts, stop))
        {
            await session.Rest(stop);
            await using var gauges = await session.Gauge(engine, null, stop);
            using var pauses = new GcPauses();
            var marks = await Load.Watch((answered, end) => Load.CallAll(stand.Post, row.Callers, answered, end),
                new Timing(plan.WarmUp, plan.Steady, Parts), gauges, stop);
            var run = Benchmarks.Run.Between(marks[0], marks[^1], 1);
            session.Add(row, run);
            var parts = marks.Zip(marks.Skip(1), (from, to) => Benchmarks.Run.Between(from, to, 1)).ToList();
            session.Results.Note(SuiteName, string.Create(CultureInfo.InvariantCulture,
                $"{row.Store}: p99.9 {run.P999:N1} ms, longest {run.Max:N1} ms. Of each tenth of the time: a second "
                + $"{List(parts, part => part.Rate, "N0")}; p99 ms {List(parts, part => part.P99, "N1")}. "
                + $"Pauses for collecting memory: {pauses.Told}."));
        }
        await session.Stores.Remove(database);
    }

    private static string List(List<Run> parts, Func<Run, double> figure, string format) =>
        string.Join(" · ", parts.Select(part => figure(part).ToString(format, CultureInfo.InvariantCulture)));
}
