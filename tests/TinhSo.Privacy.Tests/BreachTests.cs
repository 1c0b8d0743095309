using System.Net;
using TinhSo.Identity;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Privacy.Tests;

public class BreachTests
{
    private const string Path = "/api/v1/privacy/breaches";

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task From_the_moment_it_was_found_there_are_seventy_two_hours_to_notify(Engine engine)
    {
        // It is 9:00 of 23 November in Vietnam.
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        using var officer = await app.SignedIn(Roles.DataProtection, Units.Province);
        var breach = await officer.Do(Path, Order("23/11/2026 08:00"));
        var id = breach.GetProperty("id").GetGuid();
        Assert.Equal((71 * 60, "open", "Luật 91/2025/QH15, Điều 23"), (breach.GetProperty("minutesLeft").GetInt32(),
            breach.GetProperty("state").GetString(), breach.GetProperty("basis").GetString()));
        Assert.Contains("Còn 71 giờ 0 phút", await Page(app, "/privacy/breaches"), StringComparison.Ordinal);

        clock.Sleep(TimeSpan.FromHours(71) + TimeSpan.FromMinutes(31));
        var page = await Page(app, "/privacy/breaches");
        Assert.Contains("Quá hạn 31 phút", page, StringComparison.Ordinal);
        Assert.Contains("1 sự cố đã quá hạn", page, StringComparison.Ordinal);
        Assert.Contains("ts-state--bad", page, StringComparison.Ordinal);

        using var late = await app.SignedIn(Roles.DataProtection, Units.Province);
        var notified = await late.Do($"{Path}/{id}/notified", new { to = "Bộ Công an, 12/BC" });
        Assert.Equal(System.Text.Json.JsonValueKind.Null, notified.GetProperty("minutesLeft").ValueKind);
        Assert.Contains("Thông báo muộn", await Page(app, $"/privacy/breaches/{id}"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_breach_goes_from_open_to_notified_to_closed_and_not_back(Engine engine)
    {
        await using var app = new TestApp(engine, new ManualClock());
        using var officer = await app.SignedIn(Roles.Administrator, Units.Province);
        Assert.Equal(["foundAt", "measures", "people", "what", "which"], (await officer.Refused(Path, new { })).Fields);
        Assert.Equal(["foundAt"], (await officer.Refused(Path, Order("23/11/2026 09:01"))).Fields);
        Assert.Equal(["foundAt"], (await officer.Refused(Path, Order("hôm nay"))).Fields);
        // Long before the law: it is recorded all the same.
        await officer.Do(Path, Order("01/01/2020 08:00"));
        var id = (await officer.Do(Path, Order("2026-11-23T08:00"))).GetProperty("id").GetGuid();

        Assert.Equal("privacy.breach-state", (await officer.Refused($"{Path}/{id}/closed", new { lessons = "x" })).Code);
        await officer.Do($"{Path}/{id}", new { what = "Mất máy", which = "Tên", people = "20", measures = "Khóa tài khoản" });
        Assert.Equal(["to"], (await officer.Refused($"{Path}/{id}/notified", new { })).Fields);
        await officer.Do($"{Path}/{id}/notified", new { to = "Bộ Công an" });
        Assert.Equal("privacy.breach-state", (await officer.Refused($"{Path}/{id}/notified", new { to = "lần nữa" })).Code);
        await officer.Do($"{Path}/{id}/closed", new { lessons = "Mã hóa ổ đĩa" });
        Assert.Equal("privacy.breach-state", (await officer.Refused($"{Path}/{id}", Order(null))).Code);
        Assert.Equal(HttpStatusCode.NotFound, await officer.Status($"{Path}/{Guid.CreateVersion7()}"));
        using var auditor = await app.SignedIn(Roles.Auditor, Units.Province);
        Assert.Equal(5, (await auditor.Get("/api/v1/audit?what=privacy_breach")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task The_notice_is_a_document_to_print_and_a_file()
    {
        await using var app = new TestApp(Engine.Sqlite, new ManualClock());
        using var browser = await app.Browser(Roles.DataProtection, Units.Province);
        using var opened = await browser.PostForm("/privacy/breaches", "breach", ("foundAt", "23/11/2026 9:00"),
            ("what", "Gửi nhầm danh sách hộ"), ("which", "Tên, điện thoại"), ("people", "1.200"), ("measures", "Thu hồi thư"));
        var page = WebUtility.HtmlDecode(await opened.Content.ReadAsStringAsync(Stop));
        var path = opened.RequestMessage!.RequestUri!.AbsolutePath;

        Assert.Contains("ts-document", page, StringComparison.Ordinal);
        Assert.Contains("Gửi nhầm danh sách hộ", page, StringComparison.Ordinal);
        Assert.Contains("1.200", page, StringComparison.Ordinal);
        Assert.Contains("09:00 26/11/2026", page, StringComparison.Ordinal);
        var notice = await browser.Get($"{path}/notice.json");
        Assert.Equal((1200, "Gửi nhầm danh sách hộ"),
            (notice.GetProperty("people").GetInt32(), notice.GetProperty("what").GetString()));
        using var notified = await browser.PostForm(path, "notified", ("to", "Bộ Công an"));
        using var closed = await browser.PostForm(path, "closed", ("lessons", "Kiểm tra người nhận"));
        Assert.Contains("Đã kết thúc", WebUtility.HtmlDecode(await closed.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
    }

    private static object Order(string? foundAt) => new
    {
        foundAt,
        what = "Mất một máy tính xách tay",
        which = "Tên và điện thoại",
        people = "12",
        measures = "Đã khóa tài khoản",
    };

    private static async Task<string> Page(TestApp app, string path)
    {
        using var browser = await app.Browser(Roles.DataProtection, Units.Province);
        return await browser.Page(path);
    }
}
