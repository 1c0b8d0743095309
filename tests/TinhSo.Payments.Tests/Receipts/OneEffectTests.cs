using System.Net;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Moves;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Receipts;

/// <summary>The same request, sent so often at once, each time with a key of its own: only its id says that it is the same.
/// </summary>
public sealed class OneEffectTests
{
    private const int AtOnce = 64;

    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Sixty_four_requests_for_the_same_payment_open_one_and_sixty_four_notices_pay_it_once(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var order = app.Order(payee);
        using var board = app.As("ban quan ly", $"payments.request@{Scene.Unit}");

        Assert.Equal([HttpStatusCode.Created], await Statuses(() => board.PostJson("/api/v1/payments/requests", order)));
        var request = (await app.With<IPayments, PaymentRequest?>(p => p.Find(order.Id, Stop)))!;
        var notice = app.Notice(Scene.Memo(request.Code), 100_000);
        Assert.Equal([HttpStatusCode.OK], await Statuses(() => app.Tell(notice)));
        await app.Follow();

        Assert.Equal(PaymentState.Paid, (await app.Now(request)).State);
        Assert.Single(await app.Facts<PaymentReceived>());
        Assert.Empty(await app.Items());
        Assert.Equal((-100_000, 100_000), (await app.Credit(Scene.Bank), await app.Credit(LedgerAccounts.Payee(payee.Id))));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Sixty_four_who_record_the_same_cash_and_the_same_refund_move_it_once(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var request = await app.Request(payee);
        using var collector = app.As("thu", $"payments.cash@{Scene.Unit}");
        using var manager = app.As("truong ban", $"payments.refund@{Scene.Unit}");
        using var treasurer = app.As("ke toan", "payments.refund-approve@province");
        var (paymentId, refundId) = (app.NewId(), app.NewId());

        Assert.Equal([HttpStatusCode.OK], await Statuses(() => collector.PostJson(
            $"/api/v1/payments/requests/{request.Id}/cash", new { paymentId, amount = 100_000 })));
        await app.Follow();
        Assert.Equal(100_000, await app.Credit(LedgerAccounts.Payee(payee.Id)));
        Assert.Equal([HttpStatusCode.Created], await Statuses(() => manager.PostJson(
            "/api/v1/payments/refunds", new { id = refundId, paymentId, amount = 60_000, reason = "Thu nhầm" })));
        Assert.Equal([HttpStatusCode.OK], await Statuses(() => treasurer.PostJson(
            $"/api/v1/payments/refunds/{refundId}/approve", new { approved = true })));
        await app.Follow();

        Assert.Single(await app.Facts<PaymentReceived>());
        Assert.Equal(60_000, Assert.Single(await app.Facts<PaymentRefunded>()).Amount);
        Assert.Equal(40_000, await app.Credit(LedgerAccounts.Payee(payee.Id)));
    }

    /// <summary>Sends it so often at once, and returns the statuses there were among the answers.</summary>
    private static async Task<List<HttpStatusCode>> Statuses(Func<Task<HttpResponseMessage>> send)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(send, Stop)));
        return [.. answers.Select(answer => answer.StatusCode).Distinct()];
    }
}
