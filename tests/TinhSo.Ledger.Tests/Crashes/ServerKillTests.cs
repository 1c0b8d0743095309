using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Storage;
using TinhSo.Ledger.Tests.Simulation;

namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>Not the ledger's process is killed, but the PostgreSQL server under it.</summary>
public class ServerKillTests
{
    private const int Kills = 2;
    private const int AnsweredBetween = 500;
    private const int AsksAtRest = 500;

    [Fact]
    public async Task A_killed_server_turns_into_refusals_and_the_ledger_recovers_by_itself()
    {
        await using var server = await ThrowAwayServer.Begin();
        var platform = new Database(Engine.Postgres, server.ConnectionString);
        var witness = new Witness();

        await PostWhileKilled(server, platform, witness);

        var rows = await Proof.Of(witness, platform);
        Assert.Contains(witness.Asks, heard => heard.Answers is [{ Refusal: "ledger.busy" }, ..]);
        TestContext.Current.TestOutputHelper!.WriteLine($"{Totals.Of(witness, rows, TimeSpan.Zero)}");
    }

    [Fact]
    public async Task Answers_that_do_not_wait_for_the_disk_are_found()
    {
        await using var server = await ThrowAwayServer.Begin();
        var platform = new Database(Engine.Postgres, server.ConnectionString);
        var witness = new Witness();
        await using (var ledger = new TestLedger(LedgerDatabase.Beside(platform, configured: null)))
        {
            await ledger.Store.Upgrade(TestLedger.Stop);
            // Within each batch, behind the back of the engine, which sees to it only when it connects.
            await ledger.Execute("""
                create function answer_too_early() returns trigger language plpgsql as $$
                begin
                    perform set_config('synchronous_commit', 'off', true);
                    return new;
                end $$;
                create trigger answer_too_early before insert on ledger_batch for each row execute function answer_too_early();
                """);
        }

        await PostWhileKilled(server, platform, witness);

        var failure = await Assert.ThrowsAsync<SimulationException>(() => Proof.Of(witness, platform));
        TestContext.Current.TestOutputHelper!.WriteLine(failure.Message);
    }

    private static async Task PostWhileKilled(ThrowAwayServer server, Database platform, Witness witness)
    {
        var dice = new Dice((ulong)Environment.TickCount64);
        await using var ledger = new TestLedger(LedgerDatabase.Beside(platform, configured: null));
        var voice = witness.Begin(mayBeBusy: true);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestLedger.Stop);
        var load = new Load(ledger.Ledger, voice.Hear, [], dice.Roll()).Run(long.MaxValue, enough.Token);
        for (var kill = 0; kill < Kills; kill++)
        {
            await Progress(witness);
            await Task.Delay(dice.Below(300), TestLedger.Stop);
            await server.Kill();
            await server.Start();
        }
        await Progress(witness);
        await enough.CancelAsync();
        await load;
        await new Load(ledger.Ledger, voice.Hear, [.. witness.Asks.Select(heard => heard.Ask).TakeLast(AsksAtRest)], dice.Roll())
            .Run(AsksAtRest, TestLedger.Stop);
        voice.End();
    }

    /// <summary>Waits until so many more are answered.</summary>
    private static async Task Progress(Witness witness)
    {
        var enough = witness.Acknowledged + AnsweredBetween;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (witness.Acknowledged < enough)
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
