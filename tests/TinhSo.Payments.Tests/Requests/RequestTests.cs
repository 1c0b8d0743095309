using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Requests;
using TinhSo.Payments.Storage;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Requests;

public sealed class RequestTests
{
    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task An_order_repeated_answers_as_the_first_time_and_changed_is_refused(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var order = app.Order(payee) with { DueAt = app.Clock.GetUtcNow().AddDays(1).AddTicks(7).ToOffset(TimeSpan.FromHours(7)) };
        var first = await Open(app, order);

        app.Clock.Advance(TimeSpan.FromDays(3));

        Assert.Equal(first.Accepted(), (await Open(app, order)).Accepted());
        Assert.Equal(PaymentRefusals.IdUsedDifferently, (await Open(app, order with { Amount = 5 })).Refused());
        Assert.Equal(9, first.Accepted().Code.Length);
        Assert.Equal(first.Accepted().Code, Assert.Single(Memos.CodesIn(Memos.For(first.Accepted().Code))));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Many_requests_open_all_or_none(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var orders = Enumerable.Range(1, 500).Select(n => app.Order(payee, n)).ToList();

        var none = await app.With<IPayments, Outcome<IReadOnlyList<PaymentRequest>>>(
            p => p.OpenAll([.. orders.Take(9), app.Order(payee) with { PayeeId = app.NewId() }], Stop));
        var before = await app.Tables(db => db.Requests.CountAsync(Stop));
        var all = await app.With<IPayments, Outcome<IReadOnlyList<PaymentRequest>>>(p => p.OpenAll(orders, Stop));
        var tooMany = await app.With<IPayments, Outcome<IReadOnlyList<PaymentRequest>>>(
            p => p.OpenAll([.. orders, app.Order(payee)], Stop));

        Assert.Equal((PaymentRefusals.NoSuchPayee, 0), (none.Refused(), before));
        Assert.Equal(500, all.Accepted().Select(request => request.Code).Distinct().Count());
        Assert.Contains("orders", tooMany.Refused().Fields.Keys);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_field_at_fault_is_named(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var bad = new PaymentOrder(Guid.Empty, payee.Id, 1_000_000_000_000, "Market Fees", "99999", " ", "",
            app.Clock.GetUtcNow());

        var request = (await Open(app, bad)).Refused();
        var registered = await app.With<IPayments, Outcome<Payee>>(p => p.RegisterPayee(
            new PayeeOrder(Guid.Empty, "", "", "000000", "12-3", "Nguyễn Văn A"), Stop));

        Assert.Equal(["amount", "description", "id", "place", "reference", "serviceCode"],
            request.Fields.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["accountName", "accountNumber", "bankBin", "id", "name", "unit"],
            registered.Refused().Fields.Keys.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_payee_registered_again_is_the_same_and_never_another(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var order = new PayeeOrder(payee.Id, Scene.Unit, payee.Name, Scene.Bin, Scene.Account, payee.AccountName);

        var again = await app.With<IPayments, Outcome<Payee>>(p => p.RegisterPayee(order, Stop));
        var other = await app.With<IPayments, Outcome<Payee>>(
            p => p.RegisterPayee(order with { AccountNumber = "1" }, Stop));

        Assert.Equal(payee, again.Accepted());
        Assert.Equal(PaymentRefusals.IdUsedDifferently, other.Refused());
        Assert.Equal(payee, await app.With<IPayments, Payee?>(p => p.FindPayee(payee.Id, Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_request_is_withdrawn_once_and_never_when_paid(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var (open, paid) = (await app.Request(payee), await app.Request(payee));
        await app.Arrive(Scene.Memo(paid.Code), 100_000);

        Assert.Contains("reason", (await Cancel(app, open, " ")).Refused().Fields.Keys);
        Assert.Equal(PaymentState.Cancelled, (await Cancel(app, open, "Lập nhầm")).Accepted().State);
        Assert.Equal(PaymentState.Cancelled, (await Cancel(app, open, "Lập nhầm")).Accepted().State);
        Assert.Equal(PaymentRefusals.AlreadyPaid, (await Cancel(app, paid, "Lập nhầm")).Refused());
        Assert.Equal([(ChangeKind.Opened, null), (ChangeKind.Cancelled, "Lập nhầm")],
            (await app.Tables(db => db.HistoryOf(open.Id, Stop))).Select(change => (change.What, change.Why)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_falls_due_unpaid_expires_and_nothing_else(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var due = await app.Request(payee);
        app.Clock.Advance(TimeSpan.FromHours(1));
        var later = await app.Request(payee);
        app.Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(30));

        await app.Sweep();

        Assert.Equal((PaymentState.Expired, PaymentState.Open),
            ((await app.Now(due)).State, (await app.Now(later)).State));
        Assert.Equal("system", (await app.Tables(db => db.HistoryOf(due.Id, Stop)))[^1].MadeBy);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_standing_code_has_a_static_payload_without_an_amount(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var point = await app.Point(await app.Payee());

        var payload = await app.With<IPayments, string?>(p => p.PointPayload(point.Id, Stop));

        Assert.Equal(new VietQrTransfer(Scene.Bin, Scene.Account, Purpose: $"TS{point.Code}"),
            VietQr.Decode(payload).Transfer);
        Assert.Equal(point, await app.With<IPayments, PaymentPoint?>(p => p.FindPoint(point.Id, Stop)));
        Assert.Null(await app.With<IPayments, string?>(p => p.PointPayload(app.NewId(), Stop)));
    }

    [Fact]
    public void A_bank_is_found_by_its_bin_and_by_what_notices_call_it()
    {
        Assert.Equal("ACB", Banks.Find("970416")!.ShortName);
        Assert.Equal("970436", Banks.BinOf("Vietcombank"));
        Assert.Equal("LPB", Banks.Find("970449")!.Code);
        Assert.Null(Banks.Find("000000"));
        Assert.Equal(Banks.All.Count, Banks.All.Select(bank => bank.Bin).Distinct().Count());
        Assert.All(Banks.All, bank => Assert.Matches("^[0-9]{6}$", bank.Bin));
    }

    private static Task<Outcome<PaymentRequest>> Open(PaymentsApp app, PaymentOrder order) =>
        app.With<IPayments, Outcome<PaymentRequest>>(p => p.Open(order, Stop));

    private static Task<Outcome<PaymentRequest>> Cancel(PaymentsApp app, PaymentRequest request, string reason) =>
        app.With<IPayments, Outcome<PaymentRequest>>(p => p.Cancel(request.Id, reason, Stop));
}
