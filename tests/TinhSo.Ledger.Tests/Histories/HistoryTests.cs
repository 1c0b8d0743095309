using FsCheck;
using FsCheck.Fluent;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Ledger.Tests.Histories;

public class HistoryTests
{
    private const int Histories = 15;
    private const int StepsMin = 20;
    private const int StepsMax = 50;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public void Every_history_of_orders_is_answered_as_the_auditor_predicts(Engine engine)
    {
        // Small numbers, so that purses run dry, originals are met again and reservations expire.
        var step =
            from kind in Gen.Choose(0, 99)
            from debit in Gen.Choose(0, History.AccountCount - 1)
            from credit in Gen.Choose(0, History.AccountCount - 1)
            from amount in Gen.Choose(-1, 120)
            from pick in Gen.Choose(0, 1_000)
            select new Step(kind, debit, credit, amount, pick);
        var steps = Gen.Choose(StepsMin, StepsMax).SelectMany(count => Gen.ArrayOf(step, count));

        // A failure prints the steps, shrunk to the fewest that fail, and the seed to replay them by.
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Histories),
            Prop.ForAll(Arb.From(steps, Shrink), taken => Replay(engine, taken)));
    }

    private static IEnumerable<Step[]> Shrink(Step[] steps)
    {
        for (var part = steps.Length / 2; part > 0; part /= 2)
        {
            for (var from = 0; from + part <= steps.Length; from += part)
            {
                yield return [.. steps.Take(from), .. steps.Skip(from + part)];
            }
        }
    }

    // FsCheck asks without waiting for tasks, and no test waits for this thread.
    private static void Replay(Engine engine, Step[] steps) =>
        Task.Run(() => ReplayAsync(engine, steps)).GetAwaiter().GetResult();

    private static async Task ReplayAsync(Engine engine, Step[] steps)
    {
        await using var history = await History.Begin(engine);
        foreach (var step in steps)
        {
            await history.Take(step);
            await history.Verify();
        }
        await history.VerifyStatements();
        await history.Restart();
        await history.Verify();
        await history.VerifyStatements();
    }
}

/// <summary>One step of a history, in small numbers that are turned into an order.</summary>
internal sealed record Step(int Kind, int Debit, int Credit, int Amount, int Pick);
