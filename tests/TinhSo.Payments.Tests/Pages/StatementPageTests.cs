using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Tests.Statements;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Pages;

/// <summary>From a bank's file to a closed day, on pages without script.</summary>
public sealed partial class StatementPageTests
{
    private const string Day = "2026-11-23";

    private static readonly string DayPage = $"/payments/closings/{Scene.Bank}/{Day}";

    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Two_officers_import_mend_and_close_a_day(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        using var treasurer = app.Treasurer();
        using var chief = app.Treasurer("truong phong");
        app.Clock.Advance(TimeSpan.FromDays(1));
        var broken = BankFile.Statement("S1", Day, 500_000, [new(1)], closing: 7);
        var file = BankFile.Statement("S1", Day, 500_000, [new(100_000, Scene.Memo(request.Code)), new(-11_000, "phi")]);

        using var none = await Send(treasurer, "/payments/statements/new", "import");
        using var refused = await Send(treasurer, "/payments/statements/new", "import", broken);
        using var sent = await Send(treasurer, "/payments/statements/new", "import", file);
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("500.001", await refused.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Contains("2 bút toán", await sent.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Contains(DayPage, await treasurer.GetStringAsync("/payments/statements", Stop), StringComparison.Ordinal);
        var statement = (await app.Tables(db => db.Statements.AsNoTracking().SingleAsync(Stop))).Id;
        var shown = await chief.GetStringAsync($"/payments/statements/{statement}", Stop);
        Assert.Contains("N••• V••• A•••", shown, StringComparison.Ordinal);
        Assert.Contains($"/payments/statements/{statement}", await chief.GetStringAsync(
            $"/payments/statements/accounts/{Scene.Bank}", Stop), StringComparison.Ordinal);

        await Send(treasurer, DayPage, "start", null, ("reason", "Sổ phụ ngân hàng"));
        var closings = await app.Tables(db => db.Closings.AsNoTracking().Select(one => one.Id).ToListAsync(Stop));
        Assert.Contains("Người khác phải duyệt", await treasurer.GetStringAsync(DayPage, Stop), StringComparison.Ordinal);
        await Send(chief, DayPage, $"close-{closings[0]:N}", null, ("answer", "approve"));
        foreach (var entry in await app.Entries())
        {
            await Send(treasurer, DayPage, $"mend-{entry.Id:N}", null,
                ("mend", entry.IsDebit ? "Book" : "take"), ("why", "Theo sổ phụ"));
        }
        var acceptance = await app.Tables(db => db.Acceptances.AsNoTracking().SingleAsync(Stop));
        await Send(chief, DayPage, $"accept-{acceptance.Id:N}", null, ("answer", "approve"));
        await app.Follow();
        Assert.Contains("Không có chênh lệch", await treasurer.GetStringAsync(DayPage, Stop), StringComparison.Ordinal);
        await Send(treasurer, DayPage, "close");
        var closing = await app.Tables(db => db.Closings.AsNoTracking().SingleAsync(one => !closings.Contains(one.Id), Stop));
        await Send(chief, DayPage, $"close-{closing.Id:N}", null, ("answer", "approve"));

        Assert.Contains("Đã chốt", await chief.GetStringAsync(DayPage, Stop), StringComparison.Ordinal);
        Assert.Equal((589_000, PaymentState.Paid), (-await app.Credit(Scene.Bank), (await app.Now(request)).State));
        Assert.DoesNotContain("_handler", await treasurer.GetStringAsync(DayPage, Stop), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_reads_changes_nothing_and_a_stranger_sees_nothing(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        await app.Payee();
        using var treasurer = app.Treasurer();
        using var reader = app.As("kiem toan", "payments.statements@province");
        using var stranger = app.As("la", "payments.statements@market:other");
        await (await treasurer.Upload(BankFile.Statement("S1", Day, 0, [new(100_000, "A")]))).Json();
        var statement = (await app.Tables(db => db.Statements.AsNoTracking().SingleAsync(Stop))).Id;

        foreach (var address in new[] { DayPage, $"/payments/statements/{statement}", "/payments/statements" })
        {
            Assert.DoesNotContain("_handler", await reader.GetStringAsync(address, Stop), StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(DayPage, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/payments/statements/{statement}", Stop)).StatusCode);
        Assert.DoesNotContain(DayPage, await stranger.GetStringAsync("/payments/statements", Stop), StringComparison.Ordinal);
        Assert.Contains(",untold,".ToUpperInvariant(), (await reader.GetStringAsync($"{DayPage}/differences.csv", Stop)).ToUpperInvariant(),
            StringComparison.Ordinal);
    }

    /// <summary>Opens a page, fills one of its forms in, and sends it with a file or without.</summary>
    internal static async Task<HttpResponseMessage> Send(HttpClient client, string address, string form, string? file = null,
        params (string Name, string Value)[] fields)
    {
        using var shown = await client.GetAsync(address, Stop);
        var html = await shown.Content.ReadAsStringAsync(Stop);
        var part = html.Split("<form").Single(text => text.Contains($"name=\"_handler\" value=\"{form}\"", StringComparison.Ordinal));
        using var content = new MultipartFormDataContent();
        foreach (Match match in Hidden().Matches(part))
        {
            content.Add(new StringContent(match.Groups[2].Value), match.Groups[1].Value);
        }
        foreach (var (name, value) in fields)
        {
            content.Add(new StringContent(value), name);
        }
        if (file is not null)
        {
            content.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(file)), "file", "so-phu.xml");
        }
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
