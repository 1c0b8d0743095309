using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Storage;
using TinhSo.Ledger.Tests.Simulation;
using TinhSo.Testing;

namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>Proves the proof: what is broken on purpose between the real engine and a real store is found.</summary>
public class DefectTests
{
    private const int Asks = 600;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    public static TheoryData<Engine, string> Defects
    {
        get
        {
            var data = new TheoryData<Engine, string>();
            foreach (var defect in Enum.GetNames<StoreDefect>().Where(name => name != nameof(StoreDefect.None)))
            {
                data.Add(Engine.Sqlite, defect);
                data.Add(Engine.Postgres, defect);
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Nothing_is_found_where_nothing_is_wrong(Engine engine)
    {
        var (witness, platform) = await Live(engine, StoreDefect.None, lie: said => said);

        Assert.True(await Proof.Of(witness, platform) > Asks);
    }

    [Theory, MemberData(nameof(Defects))]
    public async Task Every_defect_made_on_purpose_is_found(Engine engine, string defect)
    {
        var (witness, platform) = await Live(engine, Enum.Parse<StoreDefect>(defect), lie: said => said);

        await AssertFound(witness, platform);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_order_that_is_refused_and_answered_as_accepted_is_found(Engine engine)
    {
        var (witness, platform) = await Live(engine, StoreDefect.None, Lie);

        await AssertFound(witness, platform);
    }

    private static async Task AssertFound(Witness witness, Database platform)
    {
        var failure = await Assert.ThrowsAsync<SimulationException>(() => Proof.Of(witness, platform));
        TestContext.Current.TestOutputHelper!.WriteLine(failure.Message);
    }

    /// <summary>A ledger with the defect, and then another with it on the same store; or, where the defect is in being replaced,
    /// one that takes over, and then the first again.</summary>
    private static async Task<(Witness Witness, Database Platform)> Live(Engine engine, StoreDefect defect, Func<Said, Said> lie)
    {
        var platform = TestDatabase.New(engine);
        var store = LedgerDatabase.Beside(platform, configured: null);
        var witness = new Witness();
        await using var first = Open(store, defect);
        await first.Store.Upgrade(TestLedger.Stop);
        await Unprotect(first, defect);
        await Post(first, witness, lie);
        if (defect is not StoreDefect.IgnoresEpoch)
        {
            await first.DisposeAsync();
        }
        await using (var second = Open(store, defect is StoreDefect.IgnoresEpoch ? StoreDefect.None : defect))
        {
            await Post(second, witness, lie);
        }
        if (defect is StoreDefect.IgnoresEpoch)
        {
            await Post(first, witness, lie);
        }
        return (witness, platform);
    }

    /// <summary>Takes away what in the tables themselves would stop the defect.</summary>
    private static async Task Unprotect(TestLedger ledger, StoreDefect defect)
    {
        if (defect is StoreDefect.ShowsNoIdsAndNothingIsUnique)
        {
            await ledger.Execute("drop index ledger_transfer_id; drop index ledger_transfer_original");
        }
        if (defect is StoreDefect.IgnoresEpoch)
        {
            await ledger.Execute(ledger.Store.Database.Engine is Engine.Sqlite
                ? "drop trigger ledger_transfer_is_not_deleted; drop trigger ledger_batch_is_not_deleted"
                : "drop trigger ledger_transfer_stands on ledger_transfer; drop trigger ledger_batch_stands on ledger_batch");
        }
    }

    private static TestLedger Open(Database store, StoreDefect defect)
    {
        var ledger = new LedgerDatabase(store, TimeProvider.System);
        // Nothing expires by a clock that stands still, so a writer that was replaced writes only when it is asked to.
        return new TestLedger(store, defect is StoreDefect.IgnoresEpoch ? new ManualClock() : null,
            inner => new DefectiveStore(inner, ledger, defect), wrapBalances: inner => new DefectiveBalances(inner, defect));
    }

    private static async Task Post(TestLedger ledger, Witness witness, Func<Said, Said> lie)
    {
        var voice = witness.Begin();
        var earlier = witness.Asks.Select(heard => heard.Ask).TakeLast(Asks / 4).ToList();
        await new Load(ledger.Ledger, said => voice.Hear(lie(said)), earlier, (ulong)witness.Asks.Count)
            .Run(Asks, TestLedger.Stop);
        voice.End();
    }

    private static Said Lie(Said said) => said.Answered is { Answers: [{ Refusal: "ledger.insufficient-funds" }] } refused
        ? new Said(null, refused with
        {
            Answers = [new Answer(null, new LedgerTransfer(1, Guid.Empty, TransferKind.Post, Guid.Empty, Guid.Empty, 1, "", "",
                null, null, null, null, default))],
        })
        : said;
}
