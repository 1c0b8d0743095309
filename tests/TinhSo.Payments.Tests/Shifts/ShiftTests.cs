using System.Net;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Tests.Statements;
using TinhSo.Testing;
using static TinhSo.Payments.Tests.Shifts.ShiftScene;

namespace TinhSo.Payments.Tests.Shifts;

/// <summary>A shift from its float to its hand-over, and all that may not happen in between.</summary>
public sealed class ShiftTests
{
    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task From_float_to_hand_over_the_till_ends_empty_and_the_difference_is_booked(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        await app.Fill(payee, 100_000);
        using var collector = app.Collector();
        using var cashier = app.Cashier();
        var (shift, count) = (await app.Opened(collector, 30_000), app.NewId());

        Assert.Equal("payments.shift-state", await Said(collector.Take(await app.Request(payee), app.NewId())));
        Assert.Equal("open", await Said(cashier.Sign(shift)));
        Assert.Equal((30_000, 70_000), (await app.Held(collector.Till()), await app.Held(Vault)));
        await app.Taken(collector, payee, 50_000);
        Assert.Equal("counted", await Said(collector.Count(shift, count, 79_000)));
        Assert.Equal("payments.count-unexplained", await Said(cashier.Receive(shift, count)));
        Assert.Equal("counted", await Said(collector.Explain(shift)));
        Assert.Equal("handedOver", await Said(cashier.Receive(shift, count)));
        await app.Follow();

        Assert.Equal((0, 149_000, -1_000),
            (await app.Held(collector.Till()), await app.Held(Vault), await app.Credit(Difference)));
        var figures = (await cashier.Read($"{shift}")).GetProperty("figures");
        Assert.Equal((0, 30_000, 50_000, 80_000, 79_000, -1_000), (figures.GetProperty("before").GetInt64(),
            figures.GetProperty("openingFloat").GetInt64(), figures.GetProperty("taken").GetInt64(),
            figures.GetProperty("expected").GetInt64(), figures.GetProperty("counted").GetInt64(),
            figures.GetProperty("difference").GetInt64()));
        var fact = (await app.Facts<ShiftClosed>()).Single(one => one.ShiftId == shift);
        Assert.Equal((Scene.Unit, 30_000, 80_000, 79_000, -1_000),
            (fact.Unit, fact.OpeningFloat, fact.Expected, fact.Counted, fact.Difference));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_counted_beyond_what_was_expected_goes_to_the_vault_too(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        using var collector = app.Collector();
        using var cashier = app.Cashier();
        var (shift, count) = (await app.Opened(collector), app.NewId());
        await app.Taken(collector, payee, 20_000);

        await collector.Count(shift, count, 25_000);
        await collector.Explain(shift, "Người nộp không lấy tiền thừa");
        Assert.Equal("handedOver", await Said(cashier.Receive(shift, count)));

        Assert.Equal((0, 25_000, 5_000),
            (await app.Held(collector.Till()), await app.Held(Vault), await app.Credit(Difference)));
        var notes = (await cashier.Read($"{shift}")).GetProperty("counts")[0].GetProperty("notes").EnumerateArray()
            .Select(note => (note.GetProperty("value").GetInt64(), note.GetProperty("pieces").GetInt32()));
        Assert.Equal([(20_000L, 1), (5_000L, 1)], notes);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_shift_in_which_nothing_was_taken_ends_without_a_transfer(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        await app.Payee();
        using var collector = app.Collector();
        using var cashier = app.Cashier();
        var (shift, count) = (await app.Opened(collector), app.NewId());

        Assert.Equal("counted", await Said(collector.Count(shift, count, 0)));
        Assert.Equal("handedOver", await Said(cashier.Receive(shift, count)));

        Assert.Equal(0, await app.Tables(db => db.Moves.CountAsync(Stop)));
        Assert.Single(await app.Facts<ShiftClosed>());
        Assert.NotEqual(shift, await app.Opened(collector));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Nobody_is_told_what_is_expected_before_the_count_is_given(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        using var collector = app.Collector();
        using var cashier = app.Cashier();
        var (shift, count) = (await app.Opened(collector), app.NewId());
        await app.Taken(collector, payee, 50_000);

        Assert.Equal("Null", (await collector.Read("mine")).GetProperty("figures").ValueKind.ToString());
        Assert.Equal("Null", (await cashier.Read($"{shift}")).GetProperty("figures").ValueKind.ToString());
        Assert.Equal(1, (await collector.Read("mine")).GetProperty("taken").GetArrayLength());
        await collector.Count(shift, count, 40_000);
        Assert.Equal(50_000, (await collector.Read("mine")).GetProperty("figures").GetProperty("expected").GetInt64());
        // Whoever counts again starts anew.
        await cashier.Receive(shift, count, approved: false, "Đếm thiếu một xấp");
        var again = await collector.Read("mine");
        Assert.Equal(("Null", 0), (again.GetProperty("figures").ValueKind.ToString(), again.GetProperty("counts").GetArrayLength()));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_counted_shift_takes_and_refunds_nothing_and_a_rejected_count_opens_it_again(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        using var collector = app.Collector();
        using var cashier = app.Cashier();
        var (shift, first, second) = (await app.Opened(collector), app.NewId(), app.NewId());
        var payment = await app.Taken(collector, payee, 50_000);
        await collector.Count(shift, first, 40_000);

        Assert.Equal("payments.shift-state", await Said(collector.Take(await app.Request(payee), app.NewId())));
        Assert.Equal("payments.shift-state", await RefundOf(app, payment, 10_000));
        Assert.Equal("payments.shift-state", await Said(collector.Count(shift, second, 50_000)));
        Assert.Equal("kernel.invalid", await Said(cashier.Receive(shift, first, approved: false)));
        Assert.Equal("open", await Said(cashier.Receive(shift, first, approved: false, "Đếm lại")));
        Assert.Equal("payments.not-proposed", await Said(cashier.Receive(shift, first)));
        Assert.Equal("done", await RefundOf(app, payment, 10_000));
        await app.Taken(collector, payee, 5_000);
        Assert.Equal("counted", await Said(collector.Count(shift, second, 45_000)));
        Assert.Equal("payments.not-proposed", await Said(cashier.Receive(shift, first)));
        Assert.Equal("handedOver", await Said(cashier.Receive(shift, second)));

        Assert.Equal((0, 45_000, 0),
            (await app.Held(collector.Till()), await app.Held(Vault), await app.Credit(Difference)));
        var counts = (await cashier.Read($"{shift}")).GetProperty("counts").EnumerateArray().ToList();
        Assert.Equal(["rejected Đếm lại", "done "],
            counts.Select(one => $"{one.GetProperty("state")} {one.GetProperty("answer")}"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Cash_that_was_handed_over_is_refunded_out_of_the_vault(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        using var collector = app.Collector();
        using var cashier = app.Cashier();
        // Taken before there were shifts: it lies in the till, and goes with the first one.
        var early = await app.Taken(collector, payee, 10_000);
        var (shift, count) = (await app.Opened(collector), app.NewId());
        var payment = await app.Taken(collector, payee, 50_000);
        await collector.Count(shift, count, 60_000);
        Assert.Equal("handedOver", await Said(cashier.Receive(shift, count)));
        var next = await app.Opened(collector);
        var kept = await app.Taken(collector, payee, 7_000);

        await app.Refund(payment, 20_000);
        await app.Refund(early, 10_000);
        await app.Refund(kept, 3_000);

        Assert.Equal((4_000, 30_000), (await app.Held(collector.Till()), await app.Held(Vault)));
        await collector.Count(next, app.NewId(), 4_000);
        Assert.Equal(0, (await collector.Read("mine")).GetProperty("figures").GetProperty("difference").GetInt64());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_float_needs_what_the_vault_holds_and_a_shift_nobody_signed_for_can_be_given_up(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        using var collector = app.Collector();
        using var cashier = app.Cashier();
        var shift = await app.Opened(collector, 30_000);

        Assert.Equal("ledger.insufficient-funds", await Said(cashier.Sign(shift)));
        Assert.Equal("opening", (await collector.Read("mine")).GetProperty("state").GetString());
        Assert.Equal("payments.shift-state", await Said(collector.Count(shift, app.NewId(), 0)));
        Assert.Equal("kernel.invalid", await Said(Cancel(collector, shift, "")));
        Assert.Equal("cancelled", await Said(Cancel(collector, shift, "Không cần tiền lẻ")));
        Assert.Equal("cancelled", await Said(Cancel(collector, shift, "Không cần tiền lẻ")));
        Assert.Equal("payments.not-proposed", await Said(cashier.Sign(shift)));

        await app.Fill(payee, 50_000);
        var rejected = await app.Opened(collector, 30_000);
        Assert.Equal("kernel.invalid", await Said(cashier.Sign(rejected, approved: false)));
        Assert.Equal("cancelled", await Said(cashier.Sign(rejected, approved: false, "Hết tiền lẻ")));
        var signed = await app.Opened(collector, 30_000);
        Assert.Equal("open", await Said(cashier.Sign(signed)));
        Assert.Equal("payments.shift-state", await Said(Cancel(collector, signed, "Muộn")));
        Assert.Equal((30_000, 20_000), (await app.Held(collector.Till()), await app.Held(Vault)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_was_posted_to_a_till_past_this_module_makes_a_count_void(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        using var collector = app.Collector();
        using var cashier = app.Cashier();
        var (shift, count) = (await app.Opened(collector), app.NewId());
        await app.Taken(collector, payee, 50_000);
        await collector.Count(shift, count, 50_000);
        (await app.Ledger.Post(new(app.NewId(), TransferKind.Post, collector.Till(), LedgerAccounts.Payee(payee.Id),
            9_000, "other", "internal"), Stop)).Accepted();

        Assert.Equal("payments.count-outdated", await Said(cashier.Receive(shift, count)));
        Assert.Equal("open", await Said(cashier.Receive(shift, count, approved: false, "Có giao dịch khác")));
        var again = app.NewId();
        await collector.Count(shift, again, 59_000);
        Assert.Equal("handedOver", await Said(cashier.Receive(shift, again)));
        Assert.Equal((0, 59_000), (await app.Held(collector.Till()), await app.Held(Vault)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Where_shifts_are_required_cash_leads_to_opening_one(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine, ("Payments:Cash:ShiftRequired", "true"));
        var payee = await app.Payee();
        var request = await app.Request(payee);
        using var collector = app.Collector();

        using var refused = await collector.Take(request, app.NewId());
        var (code, detail) = await refused.Told();
        Assert.Equal("payments.shift-needed", code);
        Assert.Contains("/cash/shift", detail, StringComparison.Ordinal);
        Assert.Equal(PaymentState.Open, (await app.Now(request)).State);
        await app.Opened(collector);
        using var taken = await collector.Take(request, app.NewId());
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        Assert.Equal("payments.shift-runs", await Said(collector.Open(app.NewId())));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_unit_alone_may_require_shifts_and_a_shift_is_for_one_unit(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine, ("Payments:Cash:ShiftRequiredAt:0", Scene.Unit));
        var payee = await app.Payee();
        var order = new PayeeOrder(app.NewId(), "market:other", "Ban quản lý chợ khác", Scene.Bin, "99887766", "BQL CHO KHAC");
        var other = (await app.With<IPayments, Kernel.Http.Outcome<Payee>>(p => p.RegisterPayee(order, Stop))).Accepted();
        using var collector = app.As("thu", "payments.cash@province");

        Assert.Equal("payments.shift-needed", await Said(collector.Take(await app.Request(payee), app.NewId())));
        await app.Taken(collector, other, 10_000);
        await app.Opened(collector);
        Assert.Equal("payments.shift-elsewhere", await Said(collector.Take(await app.Request(other), app.NewId())));
        await app.Taken(collector, payee, 10_000);
    }

    internal static Task<HttpResponseMessage> Cancel(HttpClient collector, Guid shift, string reason) =>
        collector.PostJson($"{ShiftScene.Shifts}/{shift}/cancel", new { reason });

    private static async Task<string> RefundOf(PaymentsApp app, Guid paymentId, long amount)
    {
        using var proposer = app.As("de nghi hoan", "payments.refund@province");
        using var approver = app.As("duyet hoan", "payments.refund-approve@province");
        var id = app.NewId();
        await proposer.PostJson("/api/v1/payments/refunds", new { id, paymentId, amount, reason = "Thu nhầm" });
        var answered = await Said(approver.PostJson($"/api/v1/payments/refunds/{id}/approve", new { approved = true }));
        if (answered != "done")
        {
            // Left as it was: it can still be answered, here so that nothing of it is held.
            Assert.Equal(StepState.Proposed, await app.Tables(db => db.Refunds.Where(one => one.Id == id)
                .Select(one => one.State).SingleAsync(Stop)));
            await approver.PostJson($"/api/v1/payments/refunds/{id}/approve", new { approved = false });
        }
        return answered;
    }
}
