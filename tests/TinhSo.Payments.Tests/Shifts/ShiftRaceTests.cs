using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Shifts;
using TinhSo.Testing;
using static TinhSo.Payments.Tests.Shifts.ShiftScene;

namespace TinhSo.Payments.Tests.Shifts;

/// <summary>The same request at once, others at once, and a process that dies in the middle.</summary>
public sealed class ShiftRaceTests
{
    private const int Many = 16;

    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Each_step_sent_many_times_at_once_has_one_effect(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        await app.Fill(payee, 100_000);
        using var collector = app.Collector();
        using var cashier = app.Cashier();
        var (shift, count) = (app.NewId(), app.NewId());

        Assert.All(await AtOnce(() => collector.Open(shift, 30_000)), said => Assert.Equal("opening", said));
        Assert.All(await AtOnce(() => cashier.Sign(shift)), said => Assert.Equal("open", said));
        Assert.Equal(30_000, await app.Held(collector.Till()));
        await app.Taken(collector, payee, 20_000);
        Assert.All(await AtOnce(() => collector.Count(shift, count, 49_000)), said => Assert.Equal("counted", said));
        await AtOnce(() => collector.Explain(shift));
        Assert.All(await AtOnce(() => cashier.Receive(shift, count)), said => Assert.Equal("handedOver", said));
        await app.Follow();

        Assert.Equal((0, 119_000, -1_000),
            (await app.Held(collector.Till()), await app.Held(Vault), await app.Credit(Difference)));
        Assert.Equal(2, (await app.Facts<ShiftClosed>()).Count);
        Assert.Equal(2, await app.Tables(db => db.ShiftSteps.CountAsync(step => step.ShiftId == shift, Stop)));
        Assert.Equal(1, await app.Tables(db => db.Moves.CountAsync(move => move.Purpose == MovePurpose.Float, Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_many_shifts_that_one_collector_opens_at_once_there_is_one(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        await app.Payee();
        using var collector = app.Collector();

        var said = await AtOnce(() => collector.Open(app.NewId()));

        Assert.Equal(1, said.Count(one => one == "open"));
        Assert.Equal(Many - 1, said.Count(one => one == "payments.shift-runs"));
        Assert.Equal(1, await app.Tables(db => db.Shifts.CountAsync(Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Cash_that_races_with_the_count_is_in_it_or_refused(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        using var collector = app.Collector();
        using var cashier = app.Cashier();
        var (shift, count) = (await app.Opened(collector), app.NewId());
        var requests = new List<PaymentRequest>();
        for (var i = 0; i < Many; i++)
        {
            requests.Add(await app.Request(payee, 1_000));
        }

        var taking = requests.ConvertAll(request => collector.Take(request, app.NewId()));
        var counting = collector.Count(shift, count, 5_000);
        var taken = await Task.WhenAll(taking);
        var said = await Said(counting);
        if (said == "payments.till-posting")
        {
            said = await Said(collector.Count(shift, count, 5_000));
        }
        Assert.Equal("counted", said);
        await collector.Explain(shift);
        Assert.Equal("handedOver", await Said(cashier.Receive(shift, count)));

        var accepted = taken.Count(answer => answer.IsSuccessStatusCode);
        Assert.Equal((0, 5_000, 5_000 - (1_000 * accepted)),
            (await app.Held(collector.Till()), await app.Held(Vault), await app.Credit(Difference)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_float_that_was_signed_when_the_process_died_reaches_the_till_once(Engine engine)
    {
        var (database, clock) = (TestDatabase.New(engine), new ManualClock());
        Guid shift;
        await using (var first = await PaymentsApp.Start(database, clock))
        {
            await first.Fill(await first.Payee(), 50_000);
            using var collector = first.Collector();
            using var cashier = first.Cashier();
            shift = await first.Opened(collector, 30_000);
            first.Ledger.IsAway = true;
            await Assert.ThrowsAnyAsync<Exception>(() => cashier.Sign(shift));
            Assert.Equal("payments.shift-state", await Said(ShiftTests.Cancel(collector, shift, "Không chờ nữa")));
        }

        await using var second = await PaymentsApp.Start(database, clock);
        await Heal(second);
        using var same = second.Collector();
        using var again = second.Cashier();
        Assert.Equal("open", await Said(again.Sign(shift)));
        Assert.Equal((30_000, 20_000), (await second.Held(same.Till()), await second.Held(Vault)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_hand_over_that_was_signed_when_the_process_died_is_finished_once(Engine engine)
    {
        var (database, clock) = (TestDatabase.New(engine), new ManualClock());
        Guid shift;
        await using (var first = await PaymentsApp.Start(database, clock))
        {
            var payee = await first.Payee();
            using var collector = first.Collector();
            using var cashier = first.Cashier();
            (shift, var count) = (await first.Opened(collector), first.NewId());
            await first.Taken(collector, payee, 50_000);
            await collector.Count(shift, count, 48_000);
            await collector.Explain(shift);
            first.Ledger.IsAway = true;
            await Assert.ThrowsAnyAsync<Exception>(() => cashier.Receive(shift, count));
            Assert.Equal("payments.not-proposed", await Said(cashier.Receive(shift, count, approved: false, "Thôi")));
            Assert.Equal((50_000, 0), (await first.Held(collector.Till()), await first.Held(Vault)));
        }

        await using var second = await PaymentsApp.Start(database, clock);
        await Heal(second);
        await Heal(second);
        using var same = second.Collector();
        Assert.Equal((0, 48_000, -2_000),
            (await second.Held(same.Till()), await second.Held(Vault), await second.Credit(Difference)));
        Assert.Single(await second.Facts<ShiftClosed>());
        Assert.Equal(ShiftState.HandedOver, await second.Tables(db => db.Shifts.Select(one => one.State).SingleAsync(Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_hand_over_that_only_the_ledger_knows_of_is_learnt_from_its_log(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        using var collector = app.Collector();
        using var cashier = app.Cashier();
        var (shift, count) = (await app.Opened(collector), app.NewId());
        await app.Taken(collector, payee, 50_000);
        await collector.Count(shift, count, 48_000);
        await collector.Explain(shift);
        app.Ledger.IsAway = true;
        await Assert.ThrowsAnyAsync<Exception>(() => cashier.Receive(shift, count));
        app.Ledger.IsAway = false;
        Assert.Null(await app.With<PostMoves, Kernel.Http.Refusal?>(moves => moves.Post(count, Stop)));

        await app.Follow();
        await app.Follow();

        Assert.Equal("handedOver", (await cashier.Read($"{shift}")).GetProperty("state").GetString());
        Assert.Single(await app.Facts<ShiftClosed>());
        Assert.Equal(48_000, await app.Held(Vault));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Cash_that_was_decided_and_not_posted_is_posted_before_it_is_counted(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee(), 50_000);
        using var collector = app.Collector();
        using var cashier = app.Cashier();
        var (shift, count) = (await app.Opened(collector), app.NewId());
        app.Ledger.IsAway = true;
        await Assert.ThrowsAnyAsync<Exception>(() => collector.Take(request, app.NewId()));
        app.Ledger.IsAway = false;
        Assert.Equal(0, await app.Held(collector.Till()));

        Assert.Equal("counted", await Said(collector.Count(shift, count, 50_000)));
        Assert.Equal("handedOver", await Said(cashier.Receive(shift, count)));

        Assert.Equal((0, 50_000, 0),
            (await app.Held(collector.Till()), await app.Held(Vault), await app.Credit(Difference)));
        Assert.Equal(PaymentState.Paid, (await app.Now(request)).State);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_float_that_the_ledger_will_not_have_ends_the_shift_and_a_hand_over_opens_it_again(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        await app.Fill(payee, 50_000);
        using var collector = app.Collector();
        using var cashier = app.Cashier();
        var unpaid = await app.Opened(collector, 30_000);
        await SignAndLose(() => cashier.Sign(unpaid), Vault, 40_000);
        Assert.Equal("cancelled", (await cashier.Read($"{unpaid}")).GetProperty("state").GetString());

        var (shift, first, second) = (await app.Opened(collector), app.NewId(), app.NewId());
        await app.Taken(collector, payee, 50_000);
        await collector.Count(shift, first, 48_000);
        await collector.Explain(shift);
        await SignAndLose(() => cashier.Receive(shift, first), collector.Till(), 9_000);

        var read = await cashier.Read($"{shift}");
        Assert.Equal(("open", "failed"), (read.GetProperty("state").GetString(),
            read.GetProperty("counts")[0].GetProperty("state").GetString()));
        Assert.Equal((41_000, 10_000, 0),
            (await app.Held(collector.Till()), await app.Held(Vault), await app.Credit(Difference)));
        Assert.Equal("counted", await Said(collector.Count(shift, second, 41_000)));
        Assert.Equal("handedOver", await Said(cashier.Receive(shift, second)));
        Assert.Equal((0, 51_000), (await app.Held(collector.Till()), await app.Held(Vault)));

        // Signed while the ledger is away, which then finds less than it was to move.
        async Task SignAndLose(Func<Task> sign, Guid account, long lost)
        {
            app.Ledger.IsAway = true;
            await Assert.ThrowsAnyAsync<Exception>(sign);
            app.Ledger.IsAway = false;
            (await app.Ledger.Post(new(app.NewId(), TransferKind.Post, LedgerAccounts.Payee(payee.Id), account, lost,
                "other", "internal"), Stop)).Accepted();
            await Heal(app);
        }
    }

    private static async Task Heal(PaymentsApp app)
    {
        app.Clock.Advance(TimeSpan.FromSeconds(6));
        await app.Sweep();
        await app.Follow();
    }

    private static Task<string[]> AtOnce(Func<Task<HttpResponseMessage>> send) =>
        Task.WhenAll(Enumerable.Range(0, Many).Select(_ => Said(send())));
}
