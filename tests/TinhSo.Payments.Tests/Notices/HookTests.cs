using System.Net;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Suspense;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Notices;

public sealed class HookTests
{
    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task An_exact_notice_pays_its_request_and_tells_of_it_once(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var request = await app.Request(payee);

        await app.Arrive(Scene.Memo(request.Code), 100_000);
        await app.Follow();

        var paid = await app.Now(request);
        var fact = Assert.Single(await app.Facts<PaymentReceived>());
        var transfer = await app.Ledger.FindTransfer(fact.TransferId, Stop);
        Assert.Equal((PaymentState.Paid, fact.ReceiptCode), (paid.State, paid.ReceiptCode));
        Assert.Equal((request.Id, payee.Id, 100_000L, "market.fees", "vietqr", "06673", "bill-1", false),
            (fact.RequestId, fact.PayeeId, fact.Amount, fact.ServiceCode, fact.Channel, fact.Place, fact.Reference,
                fact.Late));
        Assert.Equal((Scene.Bank, LedgerAccounts.Payee(payee.Id), 100_000L, "market.fees", "vietqr", "06673"),
            (transfer!.Debit, transfer.Credit, transfer.Amount, transfer.Code, transfer.Channel, transfer.Place));
        Assert.Equal(fact.PaymentId.ToString(), transfer.Reference);
        Assert.Equal(-100_000, await app.Credit(Scene.Bank));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_same_notice_again_is_answered_and_has_no_effect(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        var notice = app.Notice(Scene.Memo(request.Code), 100_000);

        foreach (var time in Enumerable.Range(0, 3))
        {
            Assert.Equal(HttpStatusCode.OK, (await app.Tell(notice with { Memo = $"{notice.Memo} {time}" })).StatusCode);
            await app.Follow();
        }
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => app.Tell(notice)));
        await app.Follow();

        Assert.Single(await app.Facts<PaymentReceived>());
        Assert.Empty(await app.Items());
        Assert.Equal(-100_000, await app.Credit(Scene.Bank));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Notices_that_race_for_one_request_pay_it_once_and_the_rest_waits(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var request = await app.Request(payee);

        var answers = await Task.WhenAll(Enumerable.Range(1, 6).Select(
            n => app.Tell(app.Notice(Scene.Memo(request.Code), 100_000, $"{2000 + n}"))));
        await app.Follow();

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Single(await app.Facts<PaymentReceived>());
        var items = await app.Items();
        Assert.Equal(5, items.Count);
        Assert.All(items, item => Assert.Equal((SuspenseReason.Double, request.Id), (item.Reason, item.RequestId)));
        Assert.Equal((100_000, 500_000), (await app.Credit(LedgerAccounts.Payee(payee.Id)), await app.Credit(Scene.Waiting)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Money_after_the_due_time_pays_and_is_marked_late(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        app.Clock.Advance(TimeSpan.FromDays(8));
        await app.Sweep();
        Assert.Equal(PaymentState.Expired, (await app.Now(request)).State);

        await app.Arrive(Scene.Memo(request.Code), 100_000);

        Assert.Equal(PaymentState.Paid, (await app.Now(request)).State);
        Assert.True(Assert.Single(await app.Facts<PaymentReceived>()).Late);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Nobody_is_late_because_a_notice_was(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        app.Clock.Advance(TimeSpan.FromDays(6));
        var inTime = app.Clock.GetUtcNow();
        app.Clock.Advance(TimeSpan.FromDays(2));
        await app.Sweep();

        await app.Tell(app.Notice(Scene.Memo(request.Code), 100_000) with { BankedAt = inTime });
        await app.Follow();

        Assert.False(Assert.Single(await app.Facts<PaymentReceived>()).Late);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Too_little_waits_and_too_much_pays_and_leaves_a_rest(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var (little, much) = (await app.Request(payee), await app.Request(payee));

        await app.Arrive(Scene.Memo(little.Code), 99_999, "1");
        await app.Arrive(Scene.Memo(much.Code), 100_001, "2");

        Assert.Equal((PaymentState.Open, PaymentState.Paid), ((await app.Now(little)).State, (await app.Now(much)).State));
        Assert.Equal([(SuspenseReason.Short, 99_999L, little.Id), (SuspenseReason.Over, 1L, much.Id)],
            (await app.Items()).Select(item => (item.Reason, item.Amount, item.RequestId!.Value)));
        Assert.Equal((-200_000, 100_000, 100_000), (await app.Credit(Scene.Bank), await app.Credit(Scene.Waiting),
            await app.Credit(LedgerAccounts.Payee(payee.Id))));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_matches_nothing_waits_with_its_reason(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var other = await app.Payee("99887766");
        var (cancelled, elsewhere, first, second) = (await app.Request(payee), await app.Request(other),
            await app.Request(payee), await app.Request(payee));
        await app.With<IPayments, bool>(async p =>
            (await p.Cancel(cancelled.Id, "Lập nhầm", Stop)).Accepted().State is PaymentState.Cancelled);

        await app.Arrive("chuyen tien an trua", 10_000, "1");
        await app.Arrive(Scene.Memo(TinhSo.Kernel.ShortCode.New(9)), 20_000, "2");
        await app.Arrive(Scene.Memo(cancelled.Code), 100_000, "3");
        await app.Arrive(Scene.Memo(elsewhere.Code), 100_000, "4");
        await app.Arrive($"TS{first.Code} TS{second.Code}", 200_000, "5");

        Assert.Equal([SuspenseReason.NoCode, SuspenseReason.UnknownCode, SuspenseReason.Cancelled,
            SuspenseReason.WrongAccount, SuspenseReason.SeveralCodes], (await app.Items()).OrderBy(i => i.Amount)
                .ThenBy(i => i.Reason is SuspenseReason.WrongAccount).Select(item => item.Reason));
        Assert.Empty(await app.Facts<PaymentReceived>());
        Assert.Equal(430_000, await app.Credit(Scene.Waiting));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_standing_code_takes_any_amount_any_number_of_times(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var point = await app.Point(payee);

        await app.Arrive(Scene.Memo(point.Code), 35_000, "1");
        await app.Arrive(Scene.Memo(point.Code), 1, "2");

        var receipts = await app.With<IPayments, IReadOnlyList<Receipt>>(
            p => p.MoneyIn(payee.Id, app.Clock.GetUtcNow().AddHours(-1), 10, Stop));
        Assert.Equal([1L, 35_000L], receipts.Select(receipt => receipt.Amount).Order());
        Assert.All(receipts, receipt => Assert.Equal((point.Id, "stall-7"), (receipt.PointId, receipt.Reference)));
        Assert.Equal(2, (await app.Facts<PaymentReceived>()).Count);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Money_that_goes_out_is_kept_and_ignored(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());

        await app.Tell(app.Notice(Scene.Memo(request.Code), 100_000) with { IsDebit = true });
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await app.Sweep();
        await app.Follow();

        Assert.Equal(NoticeState.Ignored, await app.Tables(db => db.Notices.Select(n => n.State).SingleAsync(Stop)));
        Assert.Equal(0, await app.Credit(Scene.Bank));
    }

    [Theory]
    [InlineData("sepay")]
    [InlineData("casso")]
    [InlineData("payos")]
    public async Task Every_provider_can_tell(string provider)
    {
        await using var app = await PaymentsApp.Start(Engine.Sqlite);
        var request = await app.Request(await app.Payee());

        var answer = await app.Tell(app.Notice(Scene.Memo(request.Code), 100_000), provider);
        await app.Follow();

        Assert.Equal("{\"success\":true}", await answer.Content.ReadAsStringAsync(Stop));
        Assert.Equal(PaymentState.Paid, (await app.Now(request)).State);
    }

    [Fact]
    public async Task A_second_secret_holds_while_the_first_is_being_replaced()
    {
        await using var app = await PaymentsApp.Start(Engine.Sqlite,
            ("Payments:Providers:sepay:Secret", null), ("Payments:Providers:sepay:Secret:0", "new"),
            ("Payments:Providers:sepay:Secret:1", "old"), ("Payments:Providers:casso:Secret", ""));
        var notice = app.Notice("x", 1);

        Assert.Equal(HttpStatusCode.OK, (await app.Tell(notice, secret: "old")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.Tell(notice, secret: "new")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Tell(notice, secret: "older")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Send("casso", ProviderTests.Sign("{}"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Send("mybank", ProviderTests.Sign("{}"))).StatusCode);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task No_hostile_body_crashes_the_hook_or_leaves_half_of_something(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        var random = new Random(11);
        var good = $"{{\"id\":7,\"accountNumber\":\"{Scene.Account}\",\"transferType\":\"in\",\"transferAmount\":100000,"
            + $"\"gateway\":\"ACB\",\"content\":\"TS{request.Code}\"}}";
        var answers = new List<HttpStatusCode>
        {
            (await app.Send("sepay", Sign(app, new string(' ', 65_537)))).StatusCode,
            (await app.Send("sepay", Sign(app, $"{{\"id\":{new string('[', 5000)}}}"))).StatusCode,
            (await app.Send("sepay", Sign(app, good.Replace("ACB", "\\u0000\\ud83d", StringComparison.Ordinal)
                .Replace("\"id\":7", "\"id\":\"\"", StringComparison.Ordinal)))).StatusCode,
        };
        for (var i = 0; i < 60; i++)
        {
            var cut = good[..random.Next(good.Length)] + (char)random.Next(1, 0xD800);
            answers.Add((await app.Send("sepay", Sign(app, cut))).StatusCode);
        }
        await app.Follow();

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answers[0]);
        Assert.All(answers, answer => Assert.InRange((int)answer, 400, 499));
        Assert.Equal(0, await app.Tables(db => db.Notices.CountAsync(Stop)));
        Assert.Equal(0, await app.Credit(Scene.Bank));
        Assert.Equal(HttpStatusCode.OK, (await app.Send("sepay", Sign(app, good))).StatusCode);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Letters_that_no_database_keeps_are_kept_out(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        await app.Payee();
        var body = $"{{\"id\":8,\"accountNumber\":\"{Scene.Account}\",\"transferType\":\"in\",\"transferAmount\":5,"
            + "\"content\":\"a\\u0000b " + new string('x', 994) + "😀😀😀\"}";

        Assert.Equal(HttpStatusCode.OK, (await app.Send("sepay", Sign(app, body))).StatusCode);
        await app.Follow();

        Assert.Equal(SuspenseReason.NoCode, Assert.Single(await app.Items()).Reason);
    }

    private static SignedNotice Sign(PaymentsApp app, string body) =>
        ProviderTests.Sign(body, PaymentsApp.Secret, app.Clock.GetUtcNow());
}
