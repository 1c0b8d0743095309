using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Tests.Codes;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Pages;

public sealed partial class PageTests
{
    private static readonly (string, string?) Simulated = ("Simulator:Enabled", "true");

    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_payer_sees_who_what_and_how_much_and_then_the_receipt(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        using var payer = app.Anyone();

        var open = await payer.GetStringAsync($"/pay/{request.Code}", Stop);
        var live = await payer.GetAsync($"/pay/{request.Code}/live", Stop);
        await app.Arrive(Scene.Memo(request.Code), 100_000);
        var changed = await payer.GetAsync($"/pay/{request.Code}/live", Stop);
        var paid = await payer.GetStringAsync($"/pay/{request.Code}", Stop);
        var code = (await app.Now(request)).ReceiptCode!;
        var receipt = await payer.GetStringAsync($"/receipt/{code}", Stop);

        foreach (var shown in new[] { "100.000", "Ban quản lý chợ Hạ Long I", Scene.Account, "BQL CHO HA LONG 1",
            $"TS{request.Code}", "Phí chợ tháng 11, ô 12", "Kiểm tra lại" })
        {
            Assert.Contains(shown, open, StringComparison.Ordinal);
        }
        Assert.Contains($"data-watch=\"/pay/{request.Code}/watch?seen=Open\"", open, StringComparison.Ordinal);
        Assert.Contains($"hx-get=\"/pay/{request.Code}/live\"", await live.Content.ReadAsStringAsync(Stop),
            StringComparison.Ordinal);
        Assert.False(live.Headers.Contains("HX-Refresh"));
        Assert.Equal("true", Assert.Single(changed.Headers.GetValues("HX-Refresh")));
        Assert.DoesNotContain("hx-get", await changed.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.DoesNotContain(Scene.Account, paid, StringComparison.Ordinal);
        Assert.Contains($"/receipt/{code}", paid, StringComparison.Ordinal);
        Assert.Contains("Phí chợ tháng 11, ô 12", receipt, StringComparison.Ordinal);
        Assert.Contains("Phường Bãi Cháy", receipt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_state_has_its_own_page()
    {
        await using var app = await PaymentsApp.Start(Engine.Sqlite);
        var payee = await app.Payee();
        var (expired, cancelled) = (await app.Request(payee), await app.Request(payee));
        await app.With<IPayments, bool>(async p => (await p.Cancel(cancelled.Id, "x", Stop)).IsRefused(out _, out _));
        app.Clock.Advance(TimeSpan.FromDays(8));
        await app.Sweep();
        using var payer = app.Anyone();

        Assert.Contains("Đã quá hạn thanh toán", await payer.GetStringAsync($"/pay/{expired.Code}", Stop),
            StringComparison.Ordinal);
        var gone = await payer.GetStringAsync($"/pay/{cancelled.Code}", Stop);
        Assert.Contains("Yêu cầu này đã bị hủy", gone, StringComparison.Ordinal);
        Assert.DoesNotContain(Scene.Account, gone, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await payer.GetAsync($"/pay/{cancelled.Code}/qr.png", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await payer.GetAsync("/pay/000000001", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await payer.GetAsync("/pay?code=x", Stop)).StatusCode);
        var typed = await payer.GetAsync($"/pay?code=ts-{expired.Code.ToLowerInvariant()}", Stop);
        Assert.Equal($"/pay/{expired.Code}", new Uri(new Uri("http://localhost"),
            typed.Headers.Location!).AbsolutePath);
    }

    [Fact]
    public async Task The_pictures_of_a_code_say_what_its_page_says()
    {
        await using var app = await PaymentsApp.Start(Engine.Sqlite);
        var request = await app.Request(await app.Payee());
        using var payer = app.Anyone();
        var picture = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7():N}.png");
        await File.WriteAllBytesAsync(picture, await payer.GetByteArrayAsync($"/pay/{request.Code}/qr.png", Stop),
            Stop);
        var svg = await payer.GetAsync($"/pay/{request.Code}/qr.svg", Stop);

        var transfer = VietQr.Decode(await VietQrTests.Zbar(picture)).Transfer;

        Assert.Equal(new VietQrTransfer(Scene.Bin, Scene.Account, VietQrTarget.Account, VietQrInitiation.Dynamic,
            100_000, $"TS{request.Code}"), transfer);
        Assert.Equal("image/svg+xml", svg.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("<svg", await svg.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anybody_can_check_a_receipt_and_learns_nothing_about_the_payer()
    {
        await using var app = await PaymentsApp.Start(Engine.Sqlite);
        var request = await app.Request(await app.Payee());
        await app.Arrive(Scene.Memo(request.Code), 100_000);
        var code = (await app.Now(request)).ReceiptCode!;
        using var anyone = app.Anyone();

        var page = await anyone.GetStringAsync($"/verify/{code.ToLowerInvariant()}", Stop);
        var json = await anyone.GetStringAsync($"/api/v1/payments/receipts/{code}", Stop);
        var forged = await anyone.GetAsync($"/verify?code=AAAA-AAAA-AAAA", Stop);

        Assert.Contains("Biên lai thật", page, StringComparison.Ordinal);
        Assert.Contains("100.000", page, StringComparison.Ordinal);
        Assert.DoesNotContain("ô 12", page + json, StringComparison.Ordinal);
        Assert.DoesNotContain("NGUYEN VAN", page + json, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await anyone.GetAsync("/api/v1/payments/receipts/x", Stop)).StatusCode);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_simulated_bank_pays_over_http_as_a_real_one(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine, Simulated, ("Payments:Providers:payos:Secret", ""));
        var request = await app.Request(await app.Payee());
        using var tester = app.As("thu", "payments.simulate@province");
        var address = $"/simulator/bank?code=http://localhost/pay/{request.Code}";

        var shown = await tester.GetStringAsync(address, Stop);
        var paid = await Post(tester, address, shown, "pay",
            ("twist", "ToldTwice"), ("provider", "payos"), ("amount", ""));
        await app.Follow();

        Assert.Contains("Mô phỏng / Simulator", shown, StringComparison.Ordinal);
        Assert.Contains("BQL CHO HA LONG 1", shown, StringComparison.Ordinal);
        Assert.Contains("200, 200", await paid.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(PaymentState.Paid, (await app.Now(request)).State);
        Assert.Empty(await app.Items());
    }

    [Fact]
    public async Task The_simulator_is_off_unless_it_is_asked_for()
    {
        await using var app = await PaymentsApp.Start(Engine.Sqlite);
        using var tester = app.As("thu", "payments.simulate@province");

        Assert.Equal(HttpStatusCode.NotFound, (await tester.GetAsync("/simulator/bank", Stop)).StatusCode);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_officer_settles_suspense_on_pages_without_script(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        await app.Tell(app.Notice("khong co ma", 100_000), "casso");
        await app.Follow();
        using var officer = app.As("ke toan", "payments.suspense@province");
        var address = $"/payments/suspense/{(await app.Items())[0].Id}";

        var list = await officer.GetStringAsync("/payments/suspense", Stop);
        var page = await officer.GetStringAsync(address, Stop);
        var refused = await Post(officer, address, page, "assign", ("code", "zzz"), ("reason", ""));
        var done = await Post(officer, address, page, "assign", ("code", request.Code), ("reason", "Đúng sao kê"));

        Assert.Contains(address, list, StringComparison.Ordinal);
        Assert.Contains("N••• V••• A•••", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NGUYEN VAN AN", page, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("Không có yêu cầu thanh toán mang mã này.", await refused.Content.ReadAsStringAsync(Stop),
            StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, done.StatusCode);
        Assert.Equal(PaymentState.Paid, (await app.Now(request)).State);
        Assert.Contains("Đúng sao kê", await officer.GetStringAsync(address, Stop), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_officer_takes_cash_and_two_give_it_back_on_pages(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        using var manager = app.As("truong ban", $"payments.read@{Scene.Unit}", $"payments.cash@{Scene.Unit}",
            $"payments.refund@{Scene.Unit}");
        using var treasurer = app.As("ke toan", "payments.read@province", "payments.refund-approve@province");
        using var stranger = app.As("la", "payments.read@market:other");
        var address = $"/payments/requests/{request.Code}";

        await Post(manager, address, await manager.GetStringAsync(address, Stop), "cash");
        Assert.Equal(PaymentState.Paid, (await app.Now(request)).State);
        await Post(manager, address, await manager.GetStringAsync(address, Stop), "refund",
            ("amount", "40.000"), ("reason", "Thu thừa"));
        Assert.Contains("Thu thừa", await treasurer.GetStringAsync("/payments/refunds", Stop),
            StringComparison.Ordinal);
        var refund = await app.Tables(db => db.Refunds.AsNoTracking().SingleAsync(Stop));
        await Post(treasurer, address, await treasurer.GetStringAsync(address, Stop), $"answer-{refund.Id:N}",
            ("answer", "approve"));

        Assert.Equal(PaymentState.PartlyRefunded, (await app.Now(request)).State);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(address, Stop)).StatusCode);
        var code = (await app.Now(request)).ReceiptCode;
        Assert.Contains("40.000", await manager.GetStringAsync($"/verify/{code}", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_opens_reads_and_withdraws_a_request()
    {
        await using var app = await PaymentsApp.Start(Engine.Sqlite);
        var payee = await app.Payee();
        var order = app.Order(payee);
        using var program = app.As("may", $"payments.request@{Scene.Unit}", $"payments.read@{Scene.Unit}");
        using var elsewhere = app.As("may khac", "payments.request@market:other");
        using var anyone = app.Anyone();

        var opened = await program.PostJson("/api/v1/payments/requests", order);
        var answer = await opened.Content.ReadFromJsonAsync<JsonElement>(Stop);
        var code = answer.GetProperty("code").GetString();

        Assert.Equal(HttpStatusCode.Created, opened.StatusCode);
        Assert.Equal(100_000, VietQr.Decode(answer.GetProperty("qr").GetString()).Transfer!.Amount);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync($"/api/v1/payments/requests/{order.Id}",
            Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await anyone.GetAsync($"/api/v1/payments/requests/{code}", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await anyone.GetAsync($"/api/v1/payments/requests/{order.Id}",
            Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await elsewhere.PostJson("/api/v1/payments/requests",
            app.Order(payee))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await elsewhere.PostJson($"/api/v1/payments/requests/{order.Id}/cancel",
            new { reason = "x" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await program.PostJson($"/api/v1/payments/requests/{order.Id}/cancel",
            new { reason = "x" })).StatusCode);
        var decoded = await (await anyone.PostAsJsonAsync("/api/v1/payments/qr/decode", new { text = "x" },
            Stop)).Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal("badLength", decoded.GetProperty("fault").GetString());
        Assert.Contains("970416", await anyone.GetStringAsync("/api/v1/payments/banks", Stop),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Guessing_is_slowed_down()
    {
        await using var app = await PaymentsApp.Start(Engine.Sqlite, ("Payments:Limits:LookupsPerMinute", "3"),
            ("Payments:Limits:NoticesPerMinute", "1"));
        using var anyone = app.Anyone();
        foreach (var _ in Enumerable.Range(0, 3))
        {
            Assert.Equal(HttpStatusCode.NotFound, (await anyone.GetAsync("/verify/x", Stop)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await anyone.GetAsync("/verify/x", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await anyone.GetAsync("/pay/x", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await anyone.GetAsync("/api/v1/payments/requests/x",
            Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.Tell(app.Notice("x", 1))).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await app.Tell(app.Notice("x", 1))).StatusCode);
    }

    /// <summary>Sends one of a page's forms as a browser without script does: with hidden fields and cookie.</summary>
    private static async Task<HttpResponseMessage> Post(
        HttpClient client, string address, string page, string form, params (string Name, string Value)[] fields)
    {
        // The token belongs to a cookie, so that the page is asked for again to get both.
        using var shown = await client.GetAsync(address, Stop);
        var html = await shown.Content.ReadAsStringAsync(Stop);
        Assert.Contains($"value=\"{form}\"", page, StringComparison.Ordinal);
        var part = html.Split("<form").Single(text => text.Contains($"name=\"_handler\" value=\"{form}\"",
            StringComparison.Ordinal));
        var values = Hidden().Matches(part).Select(match => KeyValuePair.Create(match.Groups[1].Value,
            match.Groups[2].Value))
            .Concat(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var message = new HttpRequestMessage(HttpMethod.Post, address);
        message.Content = new FormUrlEncodedContent(values);
        if (shown.Headers.TryGetValues("Set-Cookie", out var cookies))
        {
            message.Headers.Add("Cookie", string.Join("; ", cookies.Select(cookie => cookie.Split(';')[0])));
        }
        return await client.SendAsync(message, Stop);
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();
}
