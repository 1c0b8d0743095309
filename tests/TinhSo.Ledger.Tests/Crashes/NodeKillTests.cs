using System.Diagnostics;
using Npgsql;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Storage;
using TinhSo.Ledger.Tests.Simulation;
using TinhSo.Testing;

namespace TinhSo.Ledger.Tests.Crashes;

public class NodeKillTests
{
    private const int Rounds = 4;
    // What is promised; and enough for a process to start on a busy machine.
    private static readonly TimeSpan TakeoverMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task When_the_node_that_writes_is_killed_or_freezes_another_takes_over_within_ten_seconds_and_nothing_is_lost()
    {
        var output = TestContext.Current.TestOutputHelper!;
        var seed = (ulong)Stopwatch.GetTimestamp();
        output.WriteLine($"Seed {seed}");
        var (dice, witness) = (new Dice(seed), new Witness());
        var platform = TestDatabase.New(Engine.Postgres);
        var store = LedgerDatabase.Beside(platform, configured: null);
        var nodes = new List<LoadedNode> { Start(0) };
        await nodes[0].Acknowledges(StartMax);
        try
        {
            for (var round = 1; round <= Rounds; round++)
            {
                nodes.Add(Start(round));
                await nodes[^1].Acknowledges(StartMax);
                var leader = nodes.Find(node => node.Name == Leader(store))!;
                var other = nodes.Find(node => node != leader)!;
                await Task.Delay(dice.Below(300), TestLedger.Stop);
                if (round % 2 == 0)
                {
                    await leader.Freeze();
                    await TakesOver(other, leader, round);
                    await leader.Thaw();
                    // It has learnt that it was replaced, and passes its orders on.
                    await leader.Acknowledges(StartMax);
                }
                nodes.Remove(leader);
                await leader.DisposeAsync();
                await (round % 2 == 0 ? other.Acknowledges(TakeoverMax) : TakesOver(other, leader, round));
            }
        }
        finally
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }
        }
        await Crashes.Rounds.Rest(witness, store, dice);
        var rows = await Proof.Of(witness, platform);
        output.WriteLine($"{rows} rows are right.");

        LoadedNode Start(int round) => LoadedNode.Start(
            $"node {round}", store, witness, Crashes.Rounds.Earlier(witness, dice), dice.Roll());

        async Task TakesOver(LoadedNode other, LoadedNode leader, int round)
        {
            var began = Stopwatch.GetTimestamp();
            using var patience = new CancellationTokenSource(TakeoverMax);
            while (Leader(store) != other.Name)
            {
                await Task.Delay(10, patience.Token);
            }
            await other.Acknowledges(TakeoverMax);
            var took = Stopwatch.GetElapsedTime(began);
            output.WriteLine($"Round {round}: {leader.Name} is gone, {other.Name} went on after {took.TotalSeconds:N2} s.");
            Assert.True(took < TakeoverMax, $"{took}");
        }
    }

    /// <summary>The node that holds the lock.</summary>
    private static string? Leader(Database store)
    {
        using var connection = new NpgsqlConnection(store.ConnectionString);
        connection.Open();
        using var command = new NpgsqlCommand("""
            select application_name from pg_locks join pg_stat_activity using (pid)
            where locktype = 'advisory' and classid = 4713 and datname = current_database() and granted
            """, connection);
        return (string?)command.ExecuteScalar();
    }
}
