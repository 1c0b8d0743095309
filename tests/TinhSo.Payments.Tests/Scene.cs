using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Suspense;

namespace TinhSo.Payments.Tests;

/// <summary>What most tests begin with: a market's board that is owed money, and a bank that tells of it.</summary>
internal static class Scene
{
    public const string Bin = "970416";
    public const string Account = "257678859";
    public const string Unit = "market:ha-long-1";

    public static readonly BankAccount BankAccount = new(Bin, Account);

    public static readonly Guid Bank = LedgerAccounts.Bank(BankAccount);

    public static readonly Guid Waiting = LedgerAccounts.Suspense(BankAccount);

    private static CancellationToken Stop => PaymentsApp.Stop;

    public static Guid NewId(this PaymentsApp app) => Ids.New(app.Clock);

    public static T Accepted<T>(this Outcome<T> outcome) where T : class =>
        outcome.Match(given => given, refusal => throw new InvalidOperationException(
            $"Refused: {refusal.Code} {string.Join(',', refusal.Fields.Keys)}"));

    public static Refusal Refused<T>(this Outcome<T> outcome) where T : class =>
        outcome.Match(_ => throw new InvalidOperationException("Accepted."), refusal => refusal);

    public static async Task<Payee> Payee(this PaymentsApp app, string account = Account, string bin = Bin)
    {
        var order = new PayeeOrder(app.NewId(), Unit, "Ban quản lý chợ Hạ Long I", bin, account, "BQL CHO HA LONG 1");
        return (await app.With<IPayments, Outcome<Payee>>(p => p.RegisterPayee(order, Stop))).Accepted();
    }

    public static PaymentOrder Order(this PaymentsApp app, Payee payee, long amount = 100_000) =>
        new(app.NewId(), payee.Id, amount, "market.fees", "06673", "bill-1", "Phí chợ tháng 11, ô 12",
            app.Clock.GetUtcNow().AddDays(7));

    public static async Task<PaymentRequest> Request(this PaymentsApp app, Payee payee, long amount = 100_000)
    {
        var order = app.Order(payee, amount);
        return (await app.With<IPayments, Outcome<PaymentRequest>>(p => p.Open(order, Stop))).Accepted();
    }

    public static async Task<PaymentPoint> Point(this PaymentsApp app, Payee payee)
    {
        var order = new PointOrder(app.NewId(), payee.Id, "market.sale", "06673", "stall-7", "Bán hàng tại ô 7");
        return (await app.With<IPayments, Outcome<PaymentPoint>>(p => p.OpenPoint(order, Stop))).Accepted();
    }

    public static async Task<PaymentRequest> Now(this PaymentsApp app, PaymentRequest request) =>
        (await app.With<IPayments, PaymentRequest?>(p => p.Find(request.Id, Stop)))!;

    public static string Memo(string code) => $"MBVCB.123. TS{code.ToLowerInvariant()[..4]} {code[4..]}. CT tu 0011";

    public static BankNotice Notice(
        this PaymentsApp app, string memo, long amount, string reference = "1001", string account = Account) =>
        new(reference, account, null, Bin, amount, IsDebit: false, memo, "NGUYEN VAN AN", "0123456789", "Vietcombank",
            app.Clock.GetUtcNow());

    /// <summary>A line with the bank's own number for it, which is another than the provider's.</summary>
    public static BankNotice Traced(this PaymentsApp app, string memo, long amount, string reference, string trace) =>
        app.Notice(memo, amount, reference) with { BankTrace = trace };

    /// <summary>Gives a payment back, in part or whole, by two people.</summary>
    public static async Task Refund(this PaymentsApp app, Guid paymentId, long amount)
    {
        using var proposer = app.As("de nghi hoan", "payments.refund@province");
        using var approver = app.As("duyet hoan", "payments.refund-approve@province");
        var id = app.NewId();
        (await proposer.PostJson("/api/v1/payments/refunds", new { id, paymentId, amount, reason = "Thu nhầm" }))
            .EnsureSuccessStatusCode();
        (await approver.PostJson($"/api/v1/payments/refunds/{id}/approve", new { approved = true })).EnsureSuccessStatusCode();
        await app.Follow();
    }

    /// <summary>Tells the hook of a line, as its provider would.</summary>
    public static async Task<HttpResponseMessage> Tell(
        this PaymentsApp app, BankNotice notice, string provider = "sepay", string secret = PaymentsApp.Secret)
    {
        var (writer, _) = app.Services.GetRequiredService<NoticeProviders>().Find(provider)!.Value;
        return await app.Send(provider, writer.Write(notice, secret, app.Clock.GetUtcNow()));
    }

    public static async Task<HttpResponseMessage> Send(this PaymentsApp app, string provider, SignedNotice signed)
    {
        using var client = app.Anyone();
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/hooks/bank/{provider}");
        message.Content = new ByteArrayContent(signed.Body);
        foreach (var (name, value) in signed.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }
        return await client.SendAsync(message, Stop);
    }

    /// <summary>A line that is told and taken in whole.</summary>
    public static async Task Arrive(this PaymentsApp app, string memo, long amount, string reference = "1001")
    {
        (await app.Tell(app.Notice(memo, amount, reference))).EnsureSuccessStatusCode();
        await app.Follow();
    }

    public static Task<List<SuspenseItem>> Items(this PaymentsApp app) =>
        app.Tables(db => db.Suspense.AsNoTracking().OrderBy(item => item.ArrivedAt).ToListAsync(Stop));

    /// <summary>Posts JSON with a key of its own, as programs must.</summary>
    public static Task<HttpResponseMessage> PostJson(this HttpClient client, string address, object body)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(body) };
        message.Headers.Add(Idempotency.Header, Guid.CreateVersion7().ToString());
        return client.SendAsync(message, Stop);
    }
}
