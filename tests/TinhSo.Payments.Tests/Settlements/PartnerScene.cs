using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Receipts;
using TinhSo.Payments.Settlements;
using TinhSo.Payments.Tests.Statements;

namespace TinhSo.Payments.Tests.Settlements;

/// <summary>A line as a partner writes it.</summary>
internal sealed record Row(string Id, string Code, long Amount, long Fee = 0, string At = PartnerScene.At, string Terminal = "T-01");

/// <summary>What tests of partners begin with: a partner, and files as it sends them.</summary>
internal static class PartnerScene
{
    public const string All = "payments.statements@province,payments.partners@province,payments.partner-files@province";
    public const string Files = "/api/v1/payments/partner-files";
    public const string Header = "transaction_id,request_code,amount,fee,paid_at,terminal";
    public const string Code = "ngan-hang-the";
    public const string Day = "2026-11-23";
    public const string At = "2026-11-23T08:00:00+07:00";

    public static readonly Guid Owes = LedgerAccounts.Partner(Code);

    public static readonly Guid Waits = LedgerAccounts.PartnerSuspense(Code);

    private static CancellationToken Stop => PaymentsApp.Stop;

    public static HttpClient Cashier(this PaymentsApp app, string name = "ke toan the") => app.As(name, All.Split(','));

    public static PartnerFileRunner Runner(this PaymentsApp app) => app.Services.GetRequiredService<PartnerFileRunner>();

    public static object Order(string code = Code, string kind = "card", string unit = "province", string? activeTo = null) =>
        new { code, nameVi = "Ngân hàng thẻ", nameEn = "Card bank", kind, unit, activeFrom = "2026-11-01", activeTo };

    public static async Task<Guid> Partner(
        this PaymentsApp app, string code = Code, string kind = "card", string unit = "province")
    {
        using var client = app.Cashier();
        var id = app.NewId();
        using var answer = await client.SetPartner(id, Order(code, kind, unit));
        await answer.Json();
        return id;
    }

    public static Task<HttpResponseMessage> SetPartner(this HttpClient client, Guid id, object order)
    {
        var message = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/payments/partners/{id}")
        {
            Content = JsonContent.Create(order),
        };
        message.Headers.Add(Idempotency.Header, Guid.CreateVersion7().ToString());
        return client.SendAsync(message, Stop);
    }

    public static string Table(params IEnumerable<Row> rows) => rows.Aggregate(new StringBuilder(Header).Append('\n'),
        (text, row) => text.Append(CultureInfo.InvariantCulture,
            $"{row.Id},{row.Code},{row.Amount},{row.Fee},{row.At},{row.Terminal}\n")).ToString();

    /// <summary>Sends a table with what the partner says of it.</summary>
    public static Task<HttpResponseMessage> SendTable(
        this HttpClient client, Guid partnerId, string table, long lines, long total, string day = Day) =>
        client.SendForm(table, ("partnerId", $"{partnerId}"), ("day", day),
            ("lines", lines.ToString(CultureInfo.InvariantCulture)), ("total", total.ToString(CultureInfo.InvariantCulture)));

    public static async Task<HttpResponseMessage> SendForm(
        this HttpClient client, string? table, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent();
        if (table is not null)
        {
            form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(table)), "file", "ngay-23.csv");
        }
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }
        using var message = new HttpRequestMessage(HttpMethod.Post, Files) { Content = form };
        message.Headers.Add(Idempotency.Header, Guid.CreateVersion7().ToString());
        return await client.SendAsync(message, Stop);
    }

    public static Task<HttpResponseMessage> SendRows(this HttpClient client, Guid partnerId, params Row[] rows) =>
        client.SendTable(partnerId, Table(rows), rows.Length, rows.Sum(row => row.Amount));

    /// <summary>A file that is taken in and confirmed; nothing of it is booked yet.</summary>
    public static async Task<Guid> Confirmed(this PaymentsApp app, Guid partnerId, params Row[] rows)
    {
        using var cashier = app.Cashier();
        using var sent = await cashier.SendRows(partnerId, rows);
        var id = (await sent.Json()).GetProperty("id").GetGuid();
        using var begun = await cashier.PostJson($"{Files}/{id}/confirm", new { onlyGoodLines = false });
        await begun.Json();
        return id;
    }

    /// <summary>A file that is booked as a whole, and of which the ledger has told.</summary>
    public static async Task<Guid> Booked(this PaymentsApp app, Guid partnerId, params Row[] rows)
    {
        var id = await app.Confirmed(partnerId, rows);
        await app.Runner().RunAll(Stop);
        await app.Follow();
        return id;
    }

    public static async Task<JsonElement> File(this PaymentsApp app, Guid id)
    {
        using var cashier = app.Cashier();
        return await cashier.GetFromJsonAsync<JsonElement>($"{Files}/{id}", Stop);
    }

    public static async Task<List<JsonElement>> Lines(this PaymentsApp app, Guid id)
    {
        using var cashier = app.Cashier();
        return [.. (await cashier.GetFromJsonAsync<JsonElement>($"{Files}/{id}/lines?limit=200", Stop))
            .GetProperty("items").EnumerateArray()];
    }

    /// <summary>The faults of a file, each as <c>line column</c>.</summary>
    public static async Task<List<string>> Faults(this PaymentsApp app, Guid id)
    {
        using var cashier = app.Cashier();
        return [.. (await cashier.GetFromJsonAsync<JsonElement>($"{Files}/{id}/faults?limit=200", Stop))
            .GetProperty("items").EnumerateArray()
            .Select(fault => $"{fault.GetProperty("line").GetInt32()} {fault.GetProperty("column").GetString()}")];
    }

    public static Task<List<Payment>> Paid(this PaymentsApp app) =>
        app.Tables(db => db.Payments.AsNoTracking().OrderBy(payment => payment.ReceivedAt).ToListAsync(Stop));
}
