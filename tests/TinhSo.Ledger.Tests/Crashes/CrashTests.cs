using System.Diagnostics;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Ledger.Tests.Crashes;

public class CrashTests
{
    // The long form is ./dev crash.
    private const int Rounds = 5;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task What_callers_were_told_stands_however_often_the_process_is_killed(Engine engine)
    {
        var seed = (ulong)Stopwatch.GetTimestamp();
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"Seed {seed} on {engine}");

        var totals = await new Crashes.Rounds(engine, seed).Run(Rounds, output.WriteLine);

        Assert.True(totals.Acknowledged > 0 && totals.Refused > 0 && totals.Unanswered > 0, $"{totals}");
    }
}
