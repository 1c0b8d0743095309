using System.Net.Http.Json;
using System.Text.Json;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Moves;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Receipts;

public sealed class RefundTests
{
    private const string Refunds = "/api/v1/payments/refunds";

    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_refund_in_parts_moves_money_back_and_tells_the_sum(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var request = await app.Request(payee);
        await app.Arrive(Scene.Memo(request.Code), 100_000);
        var paymentId = Assert.Single(await app.Facts<PaymentReceived>()).PaymentId;
        using var manager = app.As("truong ban", $"payments.refund@{Scene.Unit}");
        using var treasurer = app.As("ke toan", "payments.refund-approve@province");

        await Refund(app, manager, treasurer, paymentId, 30_000);
        Assert.Equal(PaymentState.PartlyRefunded, (await app.Now(request)).State);
        await Refund(app, manager, treasurer, paymentId, 70_000);
        await app.Follow();

        Assert.Equal(PaymentState.Refunded, (await app.Now(request)).State);
        Assert.Equal([(30_000L, 30_000L), (70_000L, 100_000L)],
            (await app.Facts<PaymentRefunded>()).OrderBy(fact => fact.Amount).Select(fact => (fact.Amount, fact.RefundedInAll)));
        Assert.Equal((0, 0), (await app.Credit(Scene.Bank), await app.Credit(LedgerAccounts.Payee(payee.Id))));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Four_eyes_a_bound_and_a_permission_stand_before_money_leaves(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        await app.Arrive(Scene.Memo(request.Code), 100_000);
        var paymentId = Assert.Single(await app.Facts<PaymentReceived>()).PaymentId;
        using var both = app.As("ca hai", "payments.refund@province", "payments.refund-approve@province");
        using var other = app.As("nguoi khac", "payments.refund-approve@province");
        using var elsewhere = app.As("cho khac", "payments.refund@market:other");
        var id = app.NewId();

        Assert.Equal("kernel.not-found", await Propose(elsewhere, app.NewId(), paymentId, 1));
        Assert.Equal("payments.exceeds-payment", await Propose(both, app.NewId(), paymentId, 100_001));
        Assert.Equal("kernel.invalid", await Propose(both, app.NewId(), paymentId, 0));
        Assert.Equal("proposed", await Propose(both, id, paymentId, 60_000));
        Assert.Equal("proposed", await Propose(both, id, paymentId, 60_000));
        Assert.Equal("payments.id-used-differently", await Propose(both, id, paymentId, 50_000));
        Assert.Equal("payments.exceeds-payment", await Propose(both, app.NewId(), paymentId, 40_001));
        Assert.Equal("payments.same-person", await Answer(both, id, true));
        Assert.Equal(-100_000, await app.Credit(Scene.Bank));
        Assert.Equal("done", await Answer(other, id, true));
        Assert.Equal("done", await Answer(other, id, true));
        Assert.Equal("payments.not-proposed", await Answer(other, id, false));
        Assert.Equal(-40_000, await app.Credit(Scene.Bank));
        Assert.Equal("proposed", await Propose(both, id = app.NewId(), paymentId, 40_000));
        Assert.Equal("rejected", await Answer(both, id, false));
        Assert.Equal("proposed", await Propose(both, app.NewId(), paymentId, 40_000));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_the_payee_no_longer_holds_is_not_refunded_and_can_be_proposed_again(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var request = await app.Request(payee);
        await app.Arrive(Scene.Memo(request.Code), 100_000);
        var paymentId = Assert.Single(await app.Facts<PaymentReceived>()).PaymentId;
        (await app.Ledger.Post(new(app.NewId(), TinhSo.Ledger.TransferKind.Post, LedgerAccounts.Payee(payee.Id),
            Scene.Bank, 50_000, "payout", "internal"), Stop)).Accepted();
        using var manager = app.As("truong ban", $"payments.refund@{Scene.Unit}");
        using var treasurer = app.As("ke toan", "payments.refund-approve@province");
        var id = app.NewId();
        await Propose(manager, id, paymentId, 100_000);

        Assert.Equal("ledger.insufficient-funds", await Answer(treasurer, id, true));
        Assert.Equal(PaymentState.Paid, (await app.Now(request)).State);
        Assert.Equal("proposed", await Propose(manager, app.NewId(), paymentId, 50_000));
    }

    private static async Task Refund(
        PaymentsApp app, HttpClient manager, HttpClient treasurer, Guid paymentId, long amount)
    {
        var id = app.NewId();
        Assert.Equal("proposed", await Propose(manager, id, paymentId, amount));
        Assert.Equal("done", await Answer(treasurer, id, true));
    }

    private static async Task<string> Propose(HttpClient client, Guid id, Guid paymentId, long amount) =>
        await Said(await client.PostJson(Refunds, new { id, paymentId, amount, reason = "Thu nhầm" }));

    private static async Task<string> Answer(HttpClient client, Guid id, bool approved) =>
        await Said(await client.PostJson($"{Refunds}/{id}/approve", new { approved }));

    internal static async Task<string> Said(HttpResponseMessage answer)
    {
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        return json.TryGetProperty("type", out var type)
            ? type.GetString()!["/problems/".Length..]
            : json.GetProperty("state").GetString()!;
    }
}
