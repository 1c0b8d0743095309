using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Shifts;
using TinhSo.Payments.Tests.Shifts;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Pages;

/// <summary>A collector's day from the first note to the signed record, on pages without script.</summary>
public sealed partial class ShiftPageTests
{
    private const string Mine = "/cash/shift";

    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_collector_and_a_treasurer_sign_count_and_hand_over(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        await app.Fill(payee, 100_000);
        using var collector = app.Collector();
        using var cashier = app.Cashier();

        using var unread = await Send(collector, Mine, "open", ("unit", Scene.Unit), ("openingFloat", "x"));
        Assert.Equal(HttpStatusCode.BadRequest, unread.StatusCode);
        await Send(collector, Mine, "open", ("unit", Scene.Unit), ("openingFloat", "30.000"));
        Assert.Contains("Chờ thủ quỹ ký", await collector.GetStringAsync(Mine, Stop), StringComparison.Ordinal);
        var shift = await app.Tables(db => db.Shifts.AsNoTracking().SingleAsync(one => one.State == ShiftState.Opening, Stop));
        var page = $"/cash/shifts/{shift.Id}";
        Assert.Contains(page, await cashier.GetStringAsync("/cash/shifts?state=Opening", Stop), StringComparison.Ordinal);
        await Send(cashier, page, "sign", ("answer", "approve"));
        await app.Taken(collector, payee, 50_000);
        var open = await collector.GetStringAsync(Mine, Stop);
        Assert.Contains("/receipt/", open, StringComparison.Ordinal);
        // The sum of float and takings stands nowhere before the count.
        Assert.DoesNotContain("80.000", open, StringComparison.Ordinal);

        using var blank = await Send(collector, Mine, "count");
        Assert.Contains("két không có tiền thì ghi 0", await blank.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var wrong = await Send(collector, Mine, "count", ("pieces-50000", "một"));
        Assert.Contains("govuk-error-message", await wrong.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        await Send(collector, Mine, "count", ("pieces-50000", "1"), ("pieces-20000", "1"), ("pieces-1000", "9"));
        Assert.Contains("Thiếu 1.000", await collector.GetStringAsync(Mine, Stop), StringComparison.Ordinal);
        using var early = await Send(cashier, page, "receive", ("answer", "approve"));
        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        await Send(collector, Mine, "explain", ("reason", "Trả thừa tiền lẻ"));
        using var unsaid = await Send(cashier, page, "receive", ("answer", "reject"));
        Assert.Equal(HttpStatusCode.BadRequest, unsaid.StatusCode);
        await Send(cashier, page, "receive", ("answer", "approve"));

        foreach (var record in new[] { await collector.GetStringAsync(Mine, Stop), await cashier.GetStringAsync(page, Stop) })
        {
            Assert.Contains("Biên bản bàn giao tiền mặt", record, StringComparison.Ordinal);
            Assert.Contains("Trả thừa tiền lẻ", record, StringComparison.Ordinal);
            Assert.Equal(2, Occurrences(record, "Người thử"));
        }
        Assert.Equal((0, 149_000), (await app.Held(collector.Till()), await app.Held(ShiftScene.Vault)));
        Assert.DoesNotContain("Người thử", await cashier.GetStringAsync("/cash/shifts", Stop), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_only_reads_has_no_forms_and_who_counted_none_to_receive(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        using var both = app.As("ca hai", $"payments.cash@{Scene.Unit}", $"payments.cash-shifts@{Scene.Unit}",
            $"payments.cash-receive@{Scene.Unit}");
        using var reader = app.As("kiem toan", "payments.cash-shifts@province");
        using var stranger = app.As("la", "payments.cash-shifts@market:other");
        var shift = await app.Opened(both);
        await app.Taken(both, payee, 50_000);
        await both.Count(shift, app.NewId(), 50_000);
        var page = $"/cash/shifts/{shift}";

        Assert.DoesNotContain("_handler", await reader.GetStringAsync(page, Stop), StringComparison.Ordinal);
        Assert.Contains("Người khác phải nhận", await both.GetStringAsync(page, Stop), StringComparison.Ordinal);
        Assert.DoesNotContain("_handler", await both.GetStringAsync(page, Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(page, Stop)).StatusCode);
        Assert.DoesNotContain(page, await stranger.GetStringAsync("/cash/shifts", Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.GetAsync(Mine, Stop)).StatusCode);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Taking_cash_without_the_shift_that_is_required_leads_to_opening_one(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine, ("Payments:Cash:ShiftRequired", "true"));
        var request = await app.Request(await app.Payee());
        using var collector = app.As("thu", $"payments.cash@{Scene.Unit}", $"payments.read@{Scene.Unit}");

        using var refused = await Send(collector, $"/payments/requests/{request.Code}", "cash");

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("href=\"/cash/shift\"", await refused.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    private static int Occurrences(string text, string word) => text.Split(word).Length - 1;

    private static async Task<HttpResponseMessage> Send(
        HttpClient client, string address, string form, params (string Name, string Value)[] fields)
    {
        using var shown = await client.GetAsync(address, Stop);
        var html = await shown.Content.ReadAsStringAsync(Stop);
        var part = html.Split("<form").Single(text => text.Contains($"name=\"_handler\" value=\"{form}\"", StringComparison.Ordinal));
        var hidden = Hidden().Matches(part).Select(match => KeyValuePair.Create(match.Groups[1].Value, match.Groups[2].Value));
        using var content = new FormUrlEncodedContent(
            [.. hidden, .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        using var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        if (shown.Headers.TryGetValues("Set-Cookie", out var cookies))
        {
            message.Headers.Add("Cookie", string.Join("; ", cookies.Select(cookie => cookie.Split(';')[0])));
        }
        return await client.SendAsync(message, Stop);
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();
}
