using System.Text.Json;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Tests.Receipts;
using TinhSo.Payments.Tests.Statements;

namespace TinhSo.Payments.Tests.Shifts;

/// <summary>Collectors and treasurers of the market, and what they do.</summary>
internal static class ShiftScene
{
    public const string Shifts = "/api/v1/cash/shifts";

    public static readonly Guid Vault = LedgerAccounts.Vault(Scene.Unit);

    public static readonly Guid Difference = LedgerAccounts.CashDifference(Scene.Unit);

    private static readonly long[] Values = [500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500];

    public static HttpClient Collector(this PaymentsApp app, string name = "thu") =>
        app.As(name, $"payments.cash@{Scene.Unit}");

    public static HttpClient Cashier(this PaymentsApp app, string name = "thu quy") =>
        app.As(name, $"payments.cash-shifts@{Scene.Unit}", $"payments.cash-receive@{Scene.Unit}");

    public static Guid Till(this HttpClient collector) =>
        LedgerAccounts.Cash($"person:{collector.DefaultRequestHeaders.GetValues("X-Test-Person").Single()}");

    /// <summary>What lies in a till or vault by the ledger.</summary>
    public static async Task<long> Held(this PaymentsApp app, Guid account) => -await app.Credit(account);

    public static Task<HttpResponseMessage> Open(this HttpClient collector, Guid id, long openingFloat = 0,
        string unit = Scene.Unit) => collector.PostJson(Shifts, new { id, unit, openingFloat });

    public static async Task<Guid> Opened(this PaymentsApp app, HttpClient collector, long openingFloat = 0)
    {
        var id = app.NewId();
        Assert.Equal(openingFloat > 0 ? "opening" : "open", await Said(collector.Open(id, openingFloat)));
        return id;
    }

    public static Task<HttpResponseMessage> Sign(
        this HttpClient cashier, Guid shift, bool approved = true, string? reason = null) =>
        cashier.PostJson($"{Shifts}/{shift}/sign", new { approved, reason });

    public static Task<HttpResponseMessage> Count(this HttpClient collector, Guid shift, Guid id, long amount) =>
        collector.PostJson($"{Shifts}/{shift}/count", new { id, notes = Notes(amount) });

    public static Task<HttpResponseMessage> Explain(this HttpClient collector, Guid shift, string reason = "Trả thừa tiền lẻ") =>
        collector.PostJson($"{Shifts}/{shift}/explain", new { reason });

    public static Task<HttpResponseMessage> Receive(
        this HttpClient cashier, Guid shift, Guid countId, bool approved = true, string? reason = null) =>
        cashier.PostJson($"{Shifts}/{shift}/receive", new { countId, approved, reason });

    /// <summary>Takes cash for a new request, and tells its payment.</summary>
    public static async Task<Guid> Taken(this PaymentsApp app, HttpClient collector, Payee payee, long amount)
    {
        var paymentId = app.NewId();
        using var taken = await collector.Take(await app.Request(payee, amount), paymentId);
        Assert.True(taken.IsSuccessStatusCode, await taken.Content.ReadAsStringAsync(PaymentsApp.Stop));
        return paymentId;
    }

    public static Task<HttpResponseMessage> Take(this HttpClient collector, PaymentRequest request, Guid paymentId) =>
        collector.PostJson($"/api/v1/payments/requests/{request.Id}/cash", new { paymentId, amount = request.Amount });

    /// <summary>A whole shift that counts rightly, so that there is something in the vault.</summary>
    public static async Task Fill(this PaymentsApp app, Payee payee, long amount)
    {
        using var collector = app.Collector("thu truoc");
        using var cashier = app.Cashier();
        var (shift, count) = (await app.Opened(collector), app.NewId());
        await app.Taken(collector, payee, amount);
        Assert.Equal("counted", await Said(collector.Count(shift, count, amount)));
        Assert.Equal("handedOver", await Said(cashier.Receive(shift, count)));
    }

    /// <summary>The shift's state, or the code of the refusal.</summary>
    public static async Task<string> Said(Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        return await RefundTests.Said(answer);
    }

    public static async Task<JsonElement> Read(this HttpClient client, string path)
    {
        using var answer = await client.GetAsync($"{Shifts}/{path}", PaymentsApp.Stop);
        return await answer.Json();
    }

    /// <summary>An amount in as few notes as can be.</summary>
    public static object[] Notes(long amount)
    {
        var notes = new List<object>();
        foreach (var value in Values)
        {
            notes.Add(new { value, pieces = amount / value });
            amount %= value;
        }
        Assert.Equal(0, amount);
        return [.. notes];
    }
}
