using System.Net;
using System.Text.Json;
using TinhSo.Identity;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Privacy.Tests;

public class RequestTests
{
    private const string Own = "/api/v1/account/data-requests";
    private const string Desk = "/api/v1/privacy/requests";

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_wrong_is_corrected_once_an_officer_agrees_and_stands_sealed_until_then(Engine engine)
    {
        await using var app = new TestApp(engine, new ManualClock());
        using var leader = await app.Browser(Roles.Leader, Units.Province);
        using var program = await app.SignedIn(Roles.Leader, Units.Province);
        using var officer = await app.Browser(Roles.DataProtection, Units.Province);

        using var wrong = await leader.PostForm("/account/privacy", "correct", ("field", "Phone"), ("value", "12"));
        Assert.Contains("số điện thoại Việt Nam", await Text(wrong), StringComparison.Ordinal);
        using var asked = await leader.PostForm("/account/privacy", "correct",
            ("field", "Phone"), ("value", "0987 654 321"), ("reason", "Tôi đổi số"));
        Assert.Contains("Đã gửi yêu cầu", await Text(asked), StringComparison.Ordinal);
        Assert.Equal("privacy.already-asked", (await program.Refused(Own,
            new { kind = "correct", field = "phone", value = "0987654322" })).Code);
        var rows = string.Join('\n', await TestDatabase.Rows(app.Database, "privacy_", "kernel_"));
        Assert.DoesNotContain("0987654321", rows.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("đổi số", rows, StringComparison.Ordinal);

        var list = await officer.Page("/privacy/requests");
        Assert.Contains("Đính chính: Điện thoại", list, StringComparison.Ordinal);
        Assert.Contains("03/12/2026", list, StringComparison.Ordinal);
        var id = (await program.Get(Own))[0].GetProperty("id").GetGuid();
        using var undecided = await officer.PostForm($"/privacy/requests/{id}", "decide", ("answer", ""));
        Assert.Contains("Hãy chọn", await Text(undecided), StringComparison.Ordinal);
        using var done = await officer.PostForm($"/privacy/requests/{id}", "decide", ("grant", "true"), ("answer", "Đã sửa"));
        Assert.Contains("Đã thực hiện", await Text(done), StringComparison.Ordinal);
        Assert.Contains("0987 654 321", await leader.Page("/account/privacy/data"), StringComparison.Ordinal);
        Assert.Contains((await program.Get("/api/v1/account/personal-data")).GetProperty("held").EnumerateArray(),
            line => line.GetProperty("table").GetString() == "identity_person" && line.GetProperty("value").GetString() == "0987654321");
        // The officer looked at the person's data, and the person can see that.
        Assert.Contains("Giải quyết yêu cầu: Đính chính", await leader.Page("/account/privacy"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Nobody_decides_on_the_own_request_and_none_is_decided_twice_or_refused_without_a_reason(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var officer = await app.SignedIn(Roles.DataProtection, Units.Province);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        Assert.Equal(["kind"], (await officer.Refused(Own, new { kind = "forget" })).Fields);
        Assert.Equal(["field", "value"], (await officer.Refused(Own, new { kind = "correct" })).Fields);
        var id = (await officer.Do(Own, new { kind = "correct", field = "name", value = "Tên Mới" })).GetProperty("id").GetGuid();

        Assert.Equal("kernel.forbidden", (await officer.Refused($"{Desk}/{id}/decide", new { grant = true })).Code);
        Assert.Equal(["answer"], (await administrator.Refused($"{Desk}/{id}/decide", new { grant = false })).Fields);
        Assert.Equal(["grant"], (await administrator.Refused($"{Desk}/{id}/decide", new { answer = "x" })).Fields);
        var refused = await administrator.Do($"{Desk}/{id}/decide", new { grant = false, answer = "Thiếu giấy tờ" });
        Assert.Equal("refused", refused.GetProperty("state").GetString());
        Assert.Equal("privacy.already-decided", (await administrator.Refused($"{Desk}/{id}/decide", new { grant = true })).Code);
        Assert.Equal("Thiếu giấy tờ", (await officer.Get(Own))[0].GetProperty("answer").GetString());
        Assert.Equal(HttpStatusCode.NotFound, await officer.Status($"{Desk}/{Guid.CreateVersion7()}"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_asks_to_be_erased_is_told_what_is_gone_and_by_which_text_the_rest_stays(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var leader = await app.SignedIn(Roles.Leader, Units.Province);
        using var officer = await app.SignedIn(Roles.DataProtection, Units.Province);
        await People.Describe(app, Roles.Leader);
        await leader.Do("/api/v1/account/consents", new { purpose = "contact.news" });
        var id = (await leader.Do(Own, new { kind = "erase" })).GetProperty("id").GetGuid();

        var decided = await officer.Do($"{Desk}/{id}/decide", new { grant = true });

        var outcome = decided.GetProperty("outcome").EnumerateArray().ToList();
        var kept = outcome.Where(line => line.GetProperty("keptBecause").ValueKind is not JsonValueKind.Null).ToList();
        Assert.Contains(outcome, line => line.GetProperty("what").GetProperty("vi").GetString()!
            .StartsWith("Số định danh", StringComparison.Ordinal));
        Assert.Equal(3, kept.Count);
        Assert.All(kept, line => Assert.Matches("Luật", line.GetProperty("keptBecause").GetString()));
        var data = (await leader.Get("/api/v1/account/personal-data")).GetRawText();
        Assert.DoesNotContain("0912345678", data, StringComparison.Ordinal);
        Assert.DoesNotContain("022085012345", data, StringComparison.Ordinal);
        Assert.Contains("Người thử leader", data, StringComparison.Ordinal);

        // With the role the reason goes, and asked again nothing is left.
        await app.With<IIdentity, Outcome<Person>>(identity =>
            identity.Revoke(People.Of(Roles.Leader), Roles.Leader, Units.Province, Stop));
        await app.With<IIdentity, Outcome<Person>>(identity =>
            identity.Grant(People.Of(Roles.Leader), Roles.Trader, Units.Payee(Guid.CreateVersion7()), Stop));
        var again = (await leader.Do(Own, new { kind = "erase" })).GetProperty("id").GetGuid();
        await officer.Do($"{Desk}/{again}/decide", new { grant = true });
        Assert.DoesNotContain(await TestDatabase.Rows(app.Database, "identity_person"),
            row => row.Contains("Người thử leader", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Unauthorized, await leader.Status(Own));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_restriction_holds_at_once_until_it_is_lifted_taken_back_or_refused(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var leader = await app.SignedIn(Roles.Leader, Units.Province);
        using var browser = await app.Browser(Roles.Leader, Units.Province);
        using var officer = await app.SignedIn(Roles.DataProtection, Units.Province);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        var look = $"/api/v1/people/{People.Of(Roles.Leader)}/personal-data";

        using var restricted = await browser.PostForm("/account/privacy", "restrict");
        Assert.Contains("Bạn đã hạn chế từ", await Text(restricted), StringComparison.Ordinal);
        Assert.Equal("identity.person-restricted", (await administrator.Refused(look, new { reason = "case", purpose = "x" })).Code);
        using var lifted = await browser.PostForm("/account/privacy", "lift");
        await administrator.Do(look, new { reason = "case", purpose = "x" });
        Assert.Equal("withdrawn", (await leader.Get(Own))[0].GetProperty("state").GetString());

        var id = (await leader.Do(Own, new { kind = "restrict" })).GetProperty("id").GetGuid();
        Assert.Equal("identity.person-restricted", (await administrator.Refused(look, new { reason = "case", purpose = "x" })).Code);
        await officer.Do($"{Desk}/{id}/decide", new { grant = false, answer = "Đang có tranh chấp" });
        await administrator.Do(look, new { reason = "case", purpose = "x" });
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_list_puts_what_is_due_first_in_front_and_names_what_is_overdue(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        using var leader = await app.SignedIn(Roles.Leader, Units.Province);
        using var treasurer = await app.SignedIn(Roles.Treasurer, Units.Province);
        await leader.Do(Own, new { kind = "erase" });
        await leader.Do(Own, new { kind = "correct", field = "name", value = "Tên Mới" });
        await treasurer.Do(Own, new { kind = "restrict" });

        using var officer = await app.SignedIn(Roles.DataProtection, Units.Province);
        Assert.Equal(["restrict", "correct", "erase"], await Kinds(officer, ""));
        Assert.Equal(["kernel.invalid"], [(await officer.RefusedToGet($"{Desk}?state=lost")).Code]);
        var first = await officer.Get($"{Desk}?state=open&limit=2");
        Assert.Equal(["erase"], await Kinds(officer, $"&cursor={Uri.EscapeDataString(first.GetProperty("next").GetString()!)}"));
        Assert.Equal(["2026-11-26", "2026-12-03"],
            first.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("dueOn").GetString()));

        clock.Sleep(TimeSpan.FromDays(4));
        using var page = await app.Browser(Roles.DataProtection, Units.Province);
        Assert.Single((await page.Page("/privacy/requests")).Split("Quá hạn").Skip(1));
    }

    private static async Task<List<string?>> Kinds(HttpClient officer, string query) =>
        [.. (await officer.Get($"{Desk}?state=open{query}")).GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("kind").GetString())];

    private static async Task<string> Text(HttpResponseMessage page) =>
        WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync(Stop));
}
