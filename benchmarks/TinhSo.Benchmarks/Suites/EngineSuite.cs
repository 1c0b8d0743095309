using System.Globalization;
using TinhSo.Benchmarks.Loads;
using TinhSo.Kernel.Storage;

namespace TinhSo.Benchmarks.Suites;

/// <summary>The ledger beside designs that make one transaction for each transfer.</summary>
internal sealed class EngineSuite : ISuite
{
    public const string SuiteName = "engine";
    public const string Ledger = "ledger";
    public const string HotLedger = "ledger, one hot account";
    public const string TpcbLike = "pgbench tpcb-like";
    public const string Ef = "EF Core, one transaction a transfer";

    private const int ProbePasses = 2;
    private static readonly TimeSpan ProbeMax = TimeSpan.FromSeconds(2);

    /// <summary>pgbench's forms in which all transfers go to one account.</summary>
    public static readonly IReadOnlyList<string> HotForms = [Named(PgBench.HotUpdates), Named(PgBench.HotFunction)];

    public string Name => SuiteName;

    public string About =>
        "All in turn, again and again. The ledger begins each turn on an empty history. It and whoever asks it are one "
        + "process; pgbench and EF Core run at the number of clients at which a trial at the beginning was fastest.";

    public Row? YardstickOf(Row row, Plan plan) => new(SuiteName, TpcbLike, Engines.Postgres, 0);

    public async Task Run(Session session, CancellationToken stop)
    {
        var plan = session.Plan;
        var served = await session.Stores.Make(Engine.Postgres, stop);
        var pgbench = await PgBench.Prepare(
            served, Path.Combine(session.Stores.Folder, "pgbench"), plan.Scale, plan.Accounts, stop);
        var contestants = PgBench.Scripts.Keys.Select(script => new Contestant(Named(script), Engine.Postgres,
            (clients, timing, gauges) => pgbench.Run(script, clients, timing.Measured, gauges, stop))).ToList();
        var stores = new List<Database> { served };
        foreach (var engine in Engines.Both)
        {
            var database = await session.Stores.Make(engine, stop);
            stores.Add(database);
            var ef = await EfLedger.Prepare(database, plan.Accounts, stop);
            contestants.Add(new Contestant(Ef, engine,
                (clients, timing, gauges) => Load.Run(ef.Post, clients, 1, timing, gauges, stop)));
        }
        var clients = new Dictionary<Contestant, int>();
        foreach (var contestant in contestants)
        {
            clients[contestant] = await Probe(session, contestant, stop);
        }
        foreach (var _ in session.Turns())
        {
            foreach (var engine in Engines.Both)
            {
                await RunLedger(session, engine, stop);
            }
            foreach (var contestant in contestants)
            {
                await session.Rest(stop);
                await using var gauges = await session.Gauge(contestant.Engine, null, stop);
                session.Add(
                    new Row(SuiteName, contestant.Name, Engines.NameOf(contestant.Engine), clients[contestant]),
                    await contestant.Run(clients[contestant], session.Timing, gauges));
            }
        }
        foreach (var database in stores)
        {
            await session.Stores.Remove(database);
        }
    }

    private static string Named(string script) => $"pgbench {script}";

    private static async Task RunLedger(Session session, Engine engine, CancellationToken stop)
    {
        var plan = session.Plan;
        var database = await session.Stores.Make(engine, stop);
        await using (var stand = await LedgerStand.StartWithAccounts(database, plan.Accounts, stop))
        {
            await using var gauges = await session.Gauge(engine, null, stop);
            foreach (var (what, callers, ask) in plan.Callers
                .Select(callers => (Ledger, callers, (Func<Random, Task>)stand.Post))
                .Append((HotLedger, plan.Many, stand.PostToHotAccount))
                .Append((HotLedger, plan.VeryMany, stand.PostToHotAccount)))
            {
                await session.Rest(stop);
                session.Add(new Row(SuiteName, what, Engines.NameOf(engine), callers),
                    await Load.Run(ask, callers, 1, session.Timing, gauges, stop));
            }
        }
        await session.Stores.Remove(database);
    }

    private static async Task<int> Probe(Session session, Contestant contestant, CancellationToken stop)
    {
        await using var gauges = await session.Gauge(contestant.Engine, null, stop);
        var measured = session.Plan.Measured < ProbeMax ? session.Plan.Measured : ProbeMax;
        var rates = new List<(int Clients, double Rate)>();
        // More than one pass, so that a moment in which the machine was held up does not choose.
        foreach (var clients in Enumerable.Repeat(session.Plan.Clients, ProbePasses).SelectMany(all => all))
        {
            await session.Rest(stop);
            var run = await contestant.Run(clients, new Timing(measured / 4, measured), gauges);
            rates.Add((clients, run.Rate));
        }
        rates = [.. rates.GroupBy(one => one.Clients).Select(all => (all.Key, all.Average(one => one.Rate)))];
        var best = rates.MaxBy(one => one.Rate).Clients;
        var told = string.Join(", ", rates.Select(one =>
            string.Create(CultureInfo.InvariantCulture, $"{one.Clients}: {one.Rate:N0}")));
        var line = $"{contestant.Name}, {Engines.NameOf(contestant.Engine)}, at {best} clients; of others: {told}";
        session.Tell($"{line}");
        session.Results.Note(SuiteName, line);
        return best;
    }

    private sealed record Contestant(string Name, Engine Engine, Func<int, Timing, Gauges, Task<Run>> Run);
}
