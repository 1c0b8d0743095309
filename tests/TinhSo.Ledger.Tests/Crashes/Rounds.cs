using System.Diagnostics;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Storage;
using TinhSo.Ledger.Tests.Simulation;
using TinhSo.Testing;

namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>Rounds of killing on one store, each looked at from outside.</summary>
/// <remarks>
/// Each round kills twice: once amid the load, and then the process that takes over, at any moment from its first on, so that
/// some die while they start and replay. Nothing but the engine has touched the store in between.
/// </remarks>
internal sealed class Rounds
{
    private const int AskedAgain = 300;
    private const int AsksAtRest = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Database platform;
    private readonly Database store;
    private readonly Dice dice;
    private readonly Witness witness = new();

    public Rounds(Engine engine, ulong seed)
    {
        platform = TestDatabase.New(engine);
        store = LedgerDatabase.Beside(platform, configured: null);
        dice = new Dice(seed);
    }

    /// <summary>Kills so often, then lets the ledger come to rest; tells after each round what stands.</summary>
    public async Task<Totals> Run(int rounds, Action<string> tell)
    {
        var watch = Stopwatch.StartNew();
        for (var round = 1; round <= rounds; round++)
        {
            var load = TimeSpan.FromMilliseconds(dice.Between(50, 700));
            var start = TimeSpan.FromMilliseconds(dice.Below(1_200));
            await PostUntilKilled(load, fromFirstAnswer: true);
            var answered = await PostUntilKilled(start, fromFirstAnswer: false);
            var rows = await Proof.Of(witness, platform);
            tell($"round {round}: killed after {load.TotalMilliseconds:N0} ms of load, and again {start.TotalMilliseconds:N0} ms "
                + $"after the start {(answered ? "under load" : "before the first answer")}; {rows:N0} rows are right");
        }
        await Rest(witness, store, dice);
        return Totals.Of(witness, await Proof.Of(witness, platform), watch.Elapsed);
    }

    /// <summary>Who does not know asks once more, what expires is released, and the ledger ends in good order.</summary>
    public static async Task Rest(Witness witness, Database store, Dice dice)
    {
        await using var ledger = new TestLedger(store);
        var voice = witness.Begin();
        await new Load(ledger.Ledger, voice.Hear, Earlier(witness, dice), dice.Roll()).Run(AsksAtRest, CancellationToken.None);
        using var patience = new CancellationTokenSource(Patience);
        while (await Tables.CountExpiring(store) > 0)
        {
            await Task.Delay(50, patience.Token);
        }
        voice.End();
    }

    /// <summary>What has no answer yet, and some of what has.</summary>
    public static List<Ask> Earlier(Witness witness, Dice dice)
    {
        var asks = witness.Asks;
        return
        [
            .. asks.Where(heard => heard.Answers is null).Select(heard => heard.Ask).TakeLast(AskedAgain),
            .. Enumerable.Range(0, asks.Count == 0 ? 0 : AskedAgain).Select(_ => dice.Pick(asks).Ask),
        ];
    }

    /// <summary>Whether it answered anybody before it was killed.</summary>
    private async Task<bool> PostUntilKilled(TimeSpan after, bool fromFirstAnswer)
    {
        var earlier = Earlier(witness, dice);
        using var process = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                typeof(Rounds).Assembly.Location, LoadedProcess.Argument, store.ConnectionString, $"{dice.Roll()}",
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var voice = witness.Begin();
        var killed = fromFirstAnswer ? null : Kill(process, after);
        try
        {
            var telling = Tell(process.StandardInput, earlier);
            var hasAnswered = false;
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                if (Said.Parse(line) is { } said)
                {
                    voice.Hear(said);
                    hasAnswered |= said.Answered is not null;
                    killed ??= hasAnswered ? Kill(process, after) : null;
                }
            }
            Claim.Require(killed is not null, "The process ended without an answer.");
            await killed!;
            await telling;
            return hasAnswered;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            voice.End();
            Claim.Require(process.ExitCode == 128 + 9, $"The process ended by itself, with {process.ExitCode}.");
        }
    }

    public static async Task Tell(StreamWriter input, List<Ask> earlier)
    {
        try
        {
            foreach (var ask in earlier)
            {
                await input.WriteLineAsync(new Said(ask, null).ToLine());
            }
            input.Close();
        }
        catch (IOException)
        {
            // Killed before it had heard all.
        }
    }

    // On Unix this is SIGKILL: nothing of the process runs after it.
    private static async Task Kill(Process process, TimeSpan after)
    {
        await Task.Delay(after);
        process.Kill();
    }
}
