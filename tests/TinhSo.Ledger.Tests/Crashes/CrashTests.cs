using System.Diagnostics;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Ledger.Tests.Crashes;

public class CrashTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private const int Rounds = 4;

    [Theory, MemberData(nameof(Engines))]
    public async Task What_was_acknowledged_outlives_a_killed_process(Engine engine)
    {
        var store = TestLedger.NewStore(engine);
        var acknowledged = new List<Guid>();
        for (var round = 0; round < Rounds; round++)
        {
            await PostUntilKilled(store, acknowledged);
        }

        await using var ledger = new TestLedger(store);
        var log = new List<LedgerTransfer>();
        while (await ledger.Ledger.ReadLog(log.Count, 10_000, TestLedger.Stop) is { Count: > 0 } piece)
        {
            log.AddRange(piece);
        }
        Assert.Equal(Enumerable.Range(1, log.Count).Select(i => (long)i), log.Select(t => t.Position));
        Assert.Equal(log.Count, log.DistinctBy(t => t.Id).Count());
        Assert.Subset(log.Select(t => t.Id).ToHashSet(), acknowledged.ToHashSet());
        Assert.Equal(acknowledged.Count, acknowledged.Distinct().Count());
        var trial = await ledger.Ledger.TrialBalance(TestLedger.Stop);
        Assert.Equal((log.Count, trial.Credits), (trial.Position, trial.Debits));
        Assert.Equal((Int128)log.Sum(t => t.Amount), trial.Debits);
        for (var i = 0; i < CrashingProcess.Accounts.Length; i++)
        {
            var account = CrashingProcess.Accounts[i];
            var balance = await ledger.Balance(account);
            Assert.Equal(log.Where(t => t.Debit == account).Sum(t => t.Amount), balance.Debits);
            Assert.Equal(log.Where(t => t.Credit == account).Sum(t => t.Amount), balance.Credits);
            Assert.True(CrashingProcess.RulesOf(i) is AccountRules.None || balance.CreditBalance >= 0);
        }
        // And it goes on.
        TestLedger.Accepted(await ledger.Post(CrashingProcess.Accounts[0], CrashingProcess.Accounts[1], 1));
    }

    private static async Task PostUntilKilled(Database store, List<Guid> acknowledged)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { typeof(CrashTests).Assembly.Location, CrashingProcess.Argument, store.ConnectionString },
            RedirectStandardOutput = true,
        })!;
        try
        {
            Task? killed = null;
            while (await process.StandardOutput.ReadLineAsync(TestLedger.Stop) is { } line)
            {
                // The last line may be cut short.
                if (Guid.TryParseExact(line, "D", out var id))
                {
                    acknowledged.Add(id);
#pragma warning disable CA5394 // When a test kills is no secret.
                    killed ??= Kill(process, TimeSpan.FromMilliseconds(Random.Shared.Next(600)));
#pragma warning restore CA5394
                }
            }
            Assert.NotNull(killed);
            await killed;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(TestLedger.Stop);
        }
        Assert.Equal(128 + 9, process.ExitCode);
    }

    // On Unix this is SIGKILL: nothing of the process runs after it. It comes amid the load, some time after the first
    // answer, however slowly that came.
    private static async Task Kill(Process process, TimeSpan after)
    {
        await Task.Delay(after, TestLedger.Stop);
        process.Kill();
    }
}
