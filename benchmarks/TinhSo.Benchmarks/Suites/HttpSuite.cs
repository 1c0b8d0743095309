using System.Globalization;
using TinhSo.Benchmarks.Http;
using TinhSo.Benchmarks.Loads;
using TinhSo.Kernel.Storage;

namespace TinhSo.Benchmarks.Suites;

/// <summary>The ledger's endpoint beside one that does nothing, and its arrays beside the same without HTTP.</summary>
internal sealed class HttpSuite : ISuite
{
    public const string SuiteName = "http";
    public const string Empty = "empty POST";
    public const string Single = "POST of one transfer";

    public string Name => SuiteName;

    public string About =>
        "Kestrel and the ledger are one process, whoever posts another, on the same cores. Nobody signs in; both "
        + "endpoints ask for one permission, which everybody has. The empty POST has no body and its answer has none. "
        + "One thread posts over all connections, each of which waits for its answer. Single transfers are beside the "
        + "empty POST, arrays beside the same arrays given to the ledger in its own process.";

    public static string Arrays(Plan plan) =>
        string.Create(CultureInfo.InvariantCulture, $"POST of arrays of {plan.ArrayLength:N0}");

    public static string InProcess(Plan plan) =>
        string.Create(CultureInfo.InvariantCulture, $"in process, arrays of {plan.ArrayLength:N0}");

    public Row? YardstickOf(Row row, Plan plan) => row.What == Arrays(plan) || row.What == InProcess(plan)
        ? row with { What = InProcess(plan) } : row with { What = Empty };

    public async Task Run(Session session, CancellationToken stop)
    {
        await using var sqlite = await Contest.Prepare(session, Engine.Sqlite, stop);
        await using var postgres = await Contest.Prepare(session, Engine.Postgres, stop);
        foreach (var _ in session.Turns())
        {
            await sqlite.Run(stop);
            await postgres.Run(stop);
        }
    }

    /// <summary>On one engine: a web server with a ledger, and a ledger here; what rests takes nothing.</summary>
    private sealed class Contest(Session session, Engine engine) : IAsyncDisposable
    {
        private readonly Plan plan = session.Plan;
        private readonly List<Database> databases = [];
        private BenchServer? server;
        private LedgerStand? stand;

        public static async Task<Contest> Prepare(Session session, Engine engine, CancellationToken stop)
        {
            var contest = new Contest(session, engine);
            try
            {
                var served = await contest.Make(stop);
                await (await LedgerStand.StartWithAccounts(served, session.Plan.Accounts, stop)).DisposeAsync();
                contest.server = await BenchServer.Start(served, stop);
                contest.stand = await LedgerStand.StartWithAccounts(
                    await contest.Make(stop), session.Plan.Accounts, stop);
                return contest;
            }
            catch
            {
                await contest.DisposeAsync();
                throw;
            }
        }

        public async Task Run(CancellationToken stop)
        {
            await Post(Empty, plan.Connections, 1, _ => Requests.Empty(BenchServer.EmptyPath), stop);
            await Post(Single, plan.Connections, 1, seed => Transfers(1, seed), stop);
            await Post(Arrays(plan), plan.ArrayConnections, plan.ArrayLength,
                seed => Transfers(plan.ArrayLength, seed), stop);
            await session.Rest(stop);
            await using var gauges = await session.Gauge(engine, null, stop);
            session.Add(RowOf(InProcess(plan), plan.ArrayConnections), await Load.Run(
                random => stand!.PostArray(random, plan.ArrayLength, CancellationToken.None), plan.ArrayConnections,
                plan.ArrayLength, session.Timing, gauges, stop));
        }

        public async ValueTask DisposeAsync()
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
            if (stand is not null)
            {
                await stand.DisposeAsync();
            }
            foreach (var database in databases)
            {
                await session.Stores.Remove(database);
            }
        }

        private async Task Post(
            string what, int connections, int each, Func<int, Requests> requests, CancellationToken stop)
        {
            await session.Rest(stop);
            await using var gauges = await session.Gauge(engine, server!.ProcessId, stop);
            var all = Enumerable.Range(0, connections).Select(requests).ToList();
            var marks = await Load.Watch(
                (answered, end) => PostClient.Run(server.Address, all, answered, end), session.Timing, gauges, stop);
            session.Add(RowOf(what, connections), Benchmarks.Run.Between(marks[0], marks[^1], each));
        }

        private Requests Transfers(int count, int seed) =>
            Requests.Transfers(BenchServer.TransfersPath, count, plan.Accounts, seed);

        private Row RowOf(string what, int callers) => new(SuiteName, what, Engines.NameOf(engine), callers);

        private async Task<Database> Make(CancellationToken stop)
        {
            var database = await session.Stores.Make(engine, stop);
            databases.Add(database);
            return database;
        }
    }
}
