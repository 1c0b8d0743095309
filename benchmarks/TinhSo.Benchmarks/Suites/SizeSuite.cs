using System.Globalization;
using TinhSo.Benchmarks.Loads;
using TinhSo.Kernel.Storage;

namespace TinhSo.Benchmarks.Suites;

/// <summary>What a transfer costs as accounts and history grow.</summary>
internal sealed class SizeSuite : ISuite
{
    public const string SuiteName = "size";

    public string Name => SuiteName;

    public string About =>
        "Very many callers, uniform. Small sizes begin each turn on an empty history; the largest size is made once "
        + "and grows from turn to turn, which only makes it dearer. Each turn starts the ledger anew and has its "
        + "process to itself. Beside: the second largest size on an empty history.";

    public static string Named(int accounts, int history) => string.Create(CultureInfo.InvariantCulture,
        $"{accounts:N0} accounts, {(history == 0 ? "empty history" : $"{history:N0} rows")}");

    /// <summary>The size whose cost others are compared with.</summary>
    public static Row YardstickOn(Plan plan, string store) =>
        new(SuiteName, Named(plan.Sizes[^2], 0), store, plan.VeryMany);

    /// <summary>The largest size with its history.</summary>
    public static Row LargestOn(Plan plan, string store) =>
        new(SuiteName, Named(plan.Sizes[^1], plan.History), store, plan.VeryMany);

    public Row? YardstickOf(Row row, Plan plan) => YardstickOn(plan, row.Store);

    public async Task Run(Session session, CancellationToken stop)
    {
        foreach (var engine in Engines.Both)
        {
            // One engine after the other, for what the largest size takes of the disk.
            await Run(session, engine, stop);
        }
    }

    private static async Task Run(Session session, Engine engine, CancellationToken stop)
    {
        var plan = session.Plan;
        var largest = plan.Sizes[^1];
        var empty = await Make(session, engine, largest, 0, stop);
        var filled = await Make(session, engine, largest, plan.History, stop);
        for (var repetition = 0; repetition < plan.Repetitions; repetition++)
        {
            foreach (var size in plan.Sizes.SkipLast(1))
            {
                var database = await Make(session, engine, size, 0, stop);
                await Measure(session, database, size, 0, stop);
                await session.Stores.Remove(database);
            }
            await Measure(session, empty, largest, 0, stop);
            await Measure(session, filled, largest, plan.History, stop);
        }
        await session.Stores.Remove(empty);
        await session.Stores.Remove(filled);
    }

    private static async Task<Database> Make(
        Session session, Engine engine, int accounts, int history, CancellationToken stop)
    {
        session.Tell($"size: makes {Named(accounts, history)} on {Engines.NameOf(engine)}");
        var database = await session.Stores.Make(engine, stop);
        await using var stand = await LedgerStand.StartWithAccounts(database, accounts, stop);
        await stand.Fill(history, stop);
        return database;
    }

    private static async Task Measure(
        Session session, Database database, int accounts, int history, CancellationToken stop)
    {
        // What the run before left in memory is not collected within this one.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        await using var stand = await LedgerStand.Start(database, accounts, stop);
        await session.Rest(stop);
        await using var gauges = await session.Gauge(database.Engine, null, stop);
        var row = new Row(
            SuiteName, Named(accounts, history), Engines.NameOf(database.Engine), session.Plan.VeryMany);
        session.Add(row, await Load.Run(stand.Post, row.Callers, 1, session.Timing, gauges, stop));
        if (accounts == session.Plan.Sizes[^1])
        {
            session.Results.Note(SuiteName, string.Create(CultureInfo.InvariantCulture,
                $"{row.What}, {row.Store}: the first order after a start was answered after "
                + $"{stand.ReadyAfter.TotalSeconds:N1} s."));
        }
    }
}
