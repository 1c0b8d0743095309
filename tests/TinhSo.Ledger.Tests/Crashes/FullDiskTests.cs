using System.Diagnostics;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Storage;
using TinhSo.Ledger.Tests.Simulation;
using TinhSo.Testing;

namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>The disk under a real SQLite file has no room left: the system refuses to let the file grow.</summary>
public class FullDiskTests
{
    private const int RoomKilobytes = 3_072;
    private const int Refusals = 100;
    private const int AnsweredAgain = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_full_disk_turns_into_refusals_and_the_ledger_recovers_by_itself_when_there_is_room()
    {
        var platform = TestDatabase.New(Engine.Sqlite);
        var store = LedgerDatabase.Beside(platform, configured: null);
        var witness = new Witness();
        var dice = new Dice((ulong)Environment.TickCount64);

        var before = await PostUntilThereIsRoomAgain(store, witness, dice);
        var rows = await Proof.Of(witness, platform);
        await Crashes.Rounds.Rest(witness, store, dice);

        Assert.InRange(before, 1, witness.Acknowledged - AnsweredAgain);
        Assert.True(await Proof.Of(witness, platform) > rows);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{before:N0} orders were accepted until the disk was full, {rows:N0} rows stood in the end.");
    }

    /// <summary>How many orders were accepted when the disk was full.</summary>
    private static async Task<long> PostUntilThereIsRoomAgain(Database store, Witness witness, Dice dice)
    {
        using var process = Process.Start(new ProcessStartInfo("bash")
        {
            ArgumentList =
            {
                // A file that may not grow is answered with an error then, and the process not ended by a signal.
                "-c", $"trap '' XFSZ; ulimit -S -f {RoomKilobytes}; exec dotnet \"$@\"", "bash",
                typeof(FullDiskTests).Assembly.Location, LoadedProcess.Argument, store.ConnectionString, $"{dice.Roll()}",
            },
            // What the runtime itself keeps in a large file it then keeps in memory.
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var voice = witness.Begin(mayBeBusy: true);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            process.StandardInput.Close();
            var busy = 0;
            await Listen(process, voice, said => (busy += IsBusy(said) ? 1 : 0) < Refusals, patience.Token);
            var before = witness.Acknowledged;
            using var room = Process.Start("prlimit", ["--pid", $"{process.Id}", "--fsize=unlimited"]);
            await room.WaitForExitAsync(patience.Token);
            Assert.Equal(0, room.ExitCode);
            await Listen(process, voice, _ => witness.Acknowledged <= before + AnsweredAgain, patience.Token);
            process.Kill();
            // What it had said before, to the last line.
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                Hear(line, voice);
            }
            return before;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            voice.End();
        }
    }

    private static async Task Listen(
        Process process, Witness.Voice voice, Func<Said, bool> isTooLittle, CancellationToken patience)
    {
        Said? said;
        do
        {
            var line = await process.StandardOutput.ReadLineAsync(patience);
            Assert.True(line is not null, "The process ended by itself.");
            said = Hear(line, voice);
        }
        while (said is null || isTooLittle(said));
    }

    private static Said? Hear(string line, Witness.Voice voice)
    {
        var said = Said.Parse(line);
        if (said is not null)
        {
            voice.Hear(said);
        }
        return said;
    }

    private static bool IsBusy(Said said) => said.Answered is { Answers: [{ Refusal: "ledger.busy" }, ..] };
}
