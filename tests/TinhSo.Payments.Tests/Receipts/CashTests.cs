using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Moves;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Receipts;

public sealed class CashTests
{
    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Cash_pays_a_request_at_once_and_lies_in_the_collectors_till(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var request = await app.Request(payee);
        using var collector = app.As("thu", $"payments.cash@{Scene.Unit}");
        var body = new { paymentId = app.NewId(), amount = 100_000 };

        var first = await Take(collector, request, body);
        var again = await Take(collector, request, body);
        await app.Follow();

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal(first.Code, again.Code);
        Assert.Equal((PaymentState.Paid, first.Code), ((await app.Now(request)).State, (await app.Now(request)).ReceiptCode));
        Assert.Equal("cash", Assert.Single(await app.Facts<PaymentReceived>()).Channel);
        var person = collector.DefaultRequestHeaders.GetValues("X-Test-Person").Single();
        Assert.Equal(-100_000, await app.Credit(LedgerAccounts.Cash($"person:{person}")));
        Assert.Equal(100_000, await app.Credit(LedgerAccounts.Payee(payee.Id)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Cash_is_refused_to_strangers_in_other_amounts_and_when_paid(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var (request, cancelled) = (await app.Request(payee), await app.Request(payee));
        await app.With<IPayments, bool>(async p => (await p.Cancel(cancelled.Id, "x", Stop)).IsRefused(out _, out _));
        using var stranger = app.As("la", "payments.cash@market:other");
        using var collector = app.As("thu", $"payments.cash@{Scene.Unit}");
        using var nobody = app.As("dan");

        Assert.Equal(HttpStatusCode.Forbidden, (await nobody.PostJson(Address(request), Body(100_000))).StatusCode);
        Assert.Equal("kernel.forbidden", (await Take(stranger, request, Body(100_000))).Code);
        Assert.Equal("payments.amount-differs", (await Take(collector, request, Body(99_999))).Code);
        Assert.Equal("kernel.invalid", (await Take(collector, request, Body(0))).Code);
        Assert.Equal("payments.already-cancelled", (await Take(collector, cancelled, Body(100_000))).Code);
        Assert.Equal(HttpStatusCode.OK, (await Take(collector, request, Body(100_000))).Status);
        Assert.Equal("payments.already-paid", (await Take(collector, request, Body(100_000))).Code);

        object Body(long amount) => new { paymentId = app.NewId(), amount };
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Cash_and_a_notice_that_race_pay_once(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        using var collector = app.As("thu", $"payments.cash@{Scene.Unit}");
        for (var i = 0; i < 5; i++)
        {
            var request = await app.Request(payee);
            await Task.WhenAll(
                Take(collector, request, new { paymentId = app.NewId(), amount = 100_000 }),
                app.Tell(app.Notice(Scene.Memo(request.Code), 100_000, $"{i}")),
                app.Follow());
        }
        await app.Follow();

        Assert.Equal(5, (await app.Facts<PaymentReceived>()).Count);
        Assert.Equal(500_000, await app.Credit(LedgerAccounts.Payee(payee.Id)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_seller_records_the_own_cash_at_a_standing_code(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var point = await app.Point(payee);
        var paymentId = app.NewId();

        var receipt = (await Take(paymentId, 35_000)).Accepted();
        var again = (await Take(paymentId, 35_000)).Accepted();

        Assert.Equal(receipt, again);
        Assert.Equal(PaymentRefusals.IdUsedDifferently, (await Take(paymentId, 36_000)).Refused());
        Assert.Equal((point.Id, "cash", 35_000L), (receipt.PointId, receipt.Channel, receipt.Amount));
        Assert.Equal(-35_000, await app.Credit(LedgerAccounts.Cash($"payee:{payee.Id}")));

        Task<Outcome<Receipt>> Take(Guid id, long amount) => app.With<IPayments, Outcome<Receipt>>(
            p => p.TakeCashAtPoint(id, point.Id, amount, Stop));
    }

    private static string Address(PaymentRequest request) => $"/api/v1/payments/requests/{request.Id}/cash";

    private static async Task<(HttpStatusCode Status, string? Code)> Take(
        HttpClient client, PaymentRequest request, object body)
    {
        using var answer = await client.PostJson(Address(request), body);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        return (answer.StatusCode, json.TryGetProperty("type", out var type)
            ? type.GetString()!["/problems/".Length..]
            : json.GetProperty("code").GetString());
    }
}
