using FsCheck;
using FsCheck.Fluent;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;
using static TinhSo.Payments.Tests.Shifts.ShiftScene;

namespace TinhSo.Payments.Tests.Shifts;

/// <summary>Whatever happens in a shift, every đồng is accounted for once it is over.</summary>
public sealed class ShiftHistoryTests
{
    private const int Histories = 6;
    private const long InVault = 90_000;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public void After_any_hand_over_the_till_is_empty_and_vault_difference_and_ledger_agree(Engine engine)
    {
        var step =
            from kind in Gen.Choose(0, 9)
            from thousands in Gen.Choose(1, 60)
            from pick in Gen.Choose(0, 1_000)
            select new Step(kind, thousands * 1_000L, pick);
        var history =
            from tens in Gen.Choose(0, 9)
            from count in Gen.Choose(0, 8)
            from steps in Gen.ArrayOf(step, count)
            from off in Gen.Choose(-8, 8)
            select new History(tens * 10_000L, steps, off * 1_000L);

        // A failure prints the history and the seed to replay it by.
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Histories),
            Prop.ForAll(history.ToArbitrary(), taken => Replay(engine, taken)));
    }

    // FsCheck asks without waiting for tasks, and no test waits for this thread.
    private static void Replay(Engine engine, History history) =>
        Task.Run(() => ReplayAsync(engine, history)).GetAwaiter().GetResult();

    private static async Task ReplayAsync(Engine engine, History history)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        await app.Fill(payee, InVault);
        using var collector = app.Collector();
        using var cashier = app.Cashier();
        var shift = await app.Opened(collector, history.OpeningFloat);
        if (history.OpeningFloat > 0)
        {
            Assert.Equal("open", await Said(cashier.Sign(shift)));
        }
        var (inTill, left) = (history.OpeningFloat, new List<(Guid Payment, long Amount)>());
        foreach (var step in history.Steps)
        {
            if (step.Kind < 5)
            {
                left.Add((await app.Taken(collector, payee, step.Amount), step.Amount));
                inTill += step.Amount;
            }
            else if (step.Kind < 8 && left.Count > 0)
            {
                var at = step.Pick % left.Count;
                var back = Math.Min(step.Amount, left[at].Amount);
                if (back > 0)
                {
                    await app.Refund(left[at].Payment, back);
                    left[at] = (left[at].Payment, left[at].Amount - back);
                    inTill -= back;
                }
            }
            else
            {
                var given = app.NewId();
                Assert.Equal("counted", await Said(collector.Count(shift, given, step.Amount)));
                Assert.Equal("open", await Said(cashier.Receive(shift, given, approved: false, "Đếm lại")));
            }
        }

        var (count, counted) = (app.NewId(), Math.Max(0, inTill + history.Off));
        Assert.Equal("counted", await Said(collector.Count(shift, count, counted)));
        var figures = (await collector.Read("mine")).GetProperty("figures");
        await collector.Explain(shift);
        Assert.Equal("handedOver", await Said(cashier.Receive(shift, count)));
        await app.Follow();

        Assert.Equal((0, inTill, counted - inTill), (figures.GetProperty("before").GetInt64(),
            figures.GetProperty("expected").GetInt64(), figures.GetProperty("difference").GetInt64()));
        Assert.Equal(0, await app.Held(collector.Till()));
        Assert.Equal(InVault + counted - history.OpeningFloat, await app.Held(Vault));
        Assert.Equal(counted - inTill, await app.Credit(Difference));
        var trial = await app.Ledger.TrialBalance(PaymentsApp.Stop);
        Assert.Equal(trial.Debits, trial.Credits);
    }

    private sealed record Step(int Kind, long Amount, int Pick);

    private sealed record History(long OpeningFloat, Step[] Steps, long Off);
}
