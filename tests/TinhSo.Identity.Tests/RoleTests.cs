using System.Net;
using System.Text.Json;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests;

/// <summary>Roles begin, end and move by day.</summary>
public class RoleTests
{
    private const string Officer = "can.bo.moi";
    private static readonly Guid OfficerId = TestApp.PersonId(Officer);
    private static readonly string RolesPath = $"/api/v1/people/{OfficerId}/roles";

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_role_opens_doors_from_its_first_day_to_its_last_and_on_no_other(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        using var first = await app.SignedIn(Roles.Administrator, Units.Province);
        using var second = await app.SignedIn(Roles.Administrator, Units.Province, "quan.tri.hai");
        await ApprovalTests.Register(app);

        var from = clock.Today().AddDays(2);
        await first.DoWith(second, RolesPath, ApprovalTests.Role(
            Roles.Leader, Units.Province, null, $"{from:yyyy-MM-dd}", $"{from.AddDays(1):yyyy-MM-dd}"));

        var opened = new List<bool>();
        var states = new List<string>();
        for (var day = 0; day < 6; day++)
        {
            using var officer = await app.SignedIn(Roles.Citizen, Units.Province, Officer);
            opened.Add(await officer.Status("/api/v1/markets") is HttpStatusCode.OK);
            using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
            states.Add(Lines(await administrator.Get($"/api/v1/people/{OfficerId}"))
                .Single(line => line.GetProperty("role").GetString() == Roles.Leader).GetProperty("state").GetString()!);
            clock.Sleep(TimeSpan.FromDays(1));
        }
        Assert.Equal([false, false, true, true, false, false], opened);
        Assert.Equal(["coming", "coming", "held", "held", "ended", "ended"], states);

        using var browser = await app.Browser(Roles.Administrator, Units.Province);
        var page = await browser.Page($"/people/{OfficerId}");
        Assert.Contains("Vai trò đã kết thúc", page, StringComparison.Ordinal);
        Assert.Contains("Lãnh đạo tỉnh", page, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Whoever_is_moved_has_the_new_rights_and_none_of_the_old_with_the_next_request(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        using var second = await app.SignedIn(Roles.Administrator, Units.Province, "quan.tri.hai");
        var markets = new List<Guid>();
        foreach (var (name, prefix) in new[] { ("Chợ Cũ", "CU1"), ("Chợ Mới", "MOI1") })
        {
            var id = Ids.From("test.market", name);
            await administrator.Do("/api/v1/markets", new { id, name, prefix, source = "thử nghiệm" });
            markets.Add(id);
        }
        using var program = await app.SignedIn(Roles.MarketManager, Units.Market(markets[0]), Officer);
        using var browser = await app.Browser(Roles.MarketManager, Units.Market(markets[0]), Officer);
        var role = Lines(await administrator.Get($"/api/v1/people/{OfficerId}"))[0].GetProperty("id").GetGuid();
        Assert.Equal(HttpStatusCode.OK, await program.Status($"/api/v1/markets/{markets[0]}"));

        var moved = await administrator.DoWith(second, $"{RolesPath}/move",
            new { roleId = role, unit = Units.Market(markets[1]), reason = "Điều động" });

        Assert.Contains("từ Chợ Cũ sang Chợ Mới", moved.GetProperty("title").GetProperty("vi").GetString(), StringComparison.Ordinal);
        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.OK],
            [await program.Status($"/api/v1/markets/{markets[0]}"), await program.Status($"/api/v1/markets/{markets[1]}")]);
        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.OK],
            [await browser.Status($"/markets/{markets[0]}"), await browser.Status($"/markets/{markets[1]}")]);
        Assert.Equal(["held", "ended"], Lines(await administrator.Get($"/api/v1/people/{OfficerId}"))
            .Select(line => line.GetProperty("state").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await administrator.Refused($"{RolesPath}/move",
            new { roleId = role, unit = Units.Province, reason = "Lại" })).Status);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_role_is_taken_away_by_one_person_at_once_with_the_reason_on_record(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        using var second = await app.SignedIn(Roles.Administrator, Units.Province, "quan.tri.hai");
        using var officer = await app.SignedIn(Roles.Leader, Units.Province, Officer);
        var role = Lines(await administrator.Get($"/api/v1/people/{OfficerId}"))[0].GetProperty("id").GetGuid();

        Assert.Equal(["roleId"], (await administrator.Refused($"{RolesPath}/end", new { })).Fields);
        Assert.Equal(HttpStatusCode.NotFound,
            (await administrator.Refused($"{RolesPath}/end", new { roleId = Guid.CreateVersion7() })).Status);
        await administrator.Do($"{RolesPath}/end", new { roleId = role, reason = "Nghỉ việc" });

        Assert.Equal(HttpStatusCode.Forbidden, await officer.Status("/api/v1/markets"));
        using var auditor = await app.SignedIn(Roles.Auditor, Units.Province);
        var entry = Assert.Single((await auditor.Get("/api/v1/audit?what=identity_role.changed")).GetProperty("items").EnumerateArray());
        Assert.Equal("Nghỉ việc", entry.GetProperty("why").GetString());

        // What is to come can be taken away too, and is never held.
        var tomorrow = $"{app.Clock.Today().AddDays(1):yyyy-MM-dd}";
        await administrator.DoWith(second, RolesPath, ApprovalTests.Role(Roles.Leader, Units.Province, null, tomorrow));
        var coming = Lines(await administrator.Get($"/api/v1/people/{OfficerId}"))
            .Single(line => line.GetProperty("state").GetString() == "coming").GetProperty("id").GetGuid();
        await administrator.Do($"{RolesPath}/end", new { roleId = coming });
        Assert.All(Lines(await administrator.Get($"/api/v1/people/{OfficerId}")),
            line => Assert.Equal("ended", line.GetProperty("state").GetString()));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_last_administrator_stays_one_also_when_two_take_each_others_role_away_at_once(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var first = await app.SignedIn(Roles.Administrator, Units.Province);
        using var second = await app.SignedIn(Roles.Administrator, Units.Province, "quan.tri.hai");
        var (one, two) = (TestApp.PersonId(TestApp.UserName(Roles.Administrator, Units.Province)), TestApp.PersonId("quan.tri.hai"));
        var roles = new Dictionary<Guid, Guid>();
        foreach (var person in new[] { one, two })
        {
            roles[person] = Lines(await first.Get($"/api/v1/people/{person}"))[0].GetProperty("id").GetGuid();
        }

        async Task<HttpStatusCode> End(HttpClient who, Guid person)
        {
            using var answer = await who.Send($"/api/v1/people/{person}/roles/end", new { roleId = roles[person] });
            return answer.StatusCode;
        }
        var statuses = await Task.WhenAll(End(first, two), End(second, one));

        Assert.Single(statuses, HttpStatusCode.OK);
        var (left, who) = statuses[0] is HttpStatusCode.OK ? (one, first) : (two, second);
        var alone = await who.Refused($"/api/v1/people/{left}/roles/end", new { roleId = roles[left] });
        Assert.Equal("identity.last-administrator", alone.Code);
        var moved = await who.Refused($"/api/v1/people/{left}/roles/move",
            new { roleId = roles[left], code = "department:so-noi-vu", reason = "Điều động" });
        Assert.Equal("identity.last-administrator", moved.Code);
        using var browser = await app.Browser(
            Roles.Administrator, Units.Province, left == two ? "quan.tri.hai" : null);
        using var page = await browser.PostForm($"/people/{left}", "revoke-0");
        Assert.Contains("người quản trị hệ thống cuối cùng",
            WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await who.Status("/api/v1/people"));
    }

    [Fact]
    public async Task Every_wrong_field_of_a_role_is_named_and_nothing_is_proposed()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        await ApprovalTests.Register(app);
        var right = new Dictionary<string, object?> { ["role"] = Roles.Officer, ["unit"] = Units.Province, ["reason"] = "Bổ nhiệm" };
        foreach (var (field, value) in new (string, object?)[]
        {
            ("role", null), ("role", "emperor"), ("role", new string('x', 41)), ("unit", null), ("unit", "market:none"),
            ("unit", "pro"), ("code", "commune:7030"), ("code", "commune:070300"), ("code", "department:"),
            ("code", "department:Sở"), ("from", "hôm qua"), ("from", "2020-01-01"),
            ("to", "2020-01-01"), ("to", "x"), ("reason", null), ("reason", new string('x', 501)),
        })
        {
            var problem = await administrator.Refused(RolesPath, new Dictionary<string, object?>(right) { [field] = value });
            Assert.Equal(("kernel.invalid", field), (problem.Code, Assert.Single(problem.Fields)));
        }
        Assert.Equal(["role"], (await administrator.Refused(RolesPath,
            new Dictionary<string, object?>(right) { ["role"] = Roles.Representative })).Fields);
        Assert.Equal(HttpStatusCode.NotFound, (await administrator.Refused($"/api/v1/people/{Guid.Empty}/roles", right)).Status);
        Assert.Equal(["reason", "roleId", "unit"],
            (await administrator.Refused($"{RolesPath}/move", new { })).Fields);
        Assert.Equal(0, (await administrator.Get("/api/v1/approvals?view=mine")).GetProperty("items").GetArrayLength());

        foreach (var code in new[] { "commune:07030", "department:so-cong-thuong", "agency:trung-tam-hcc" })
        {
            await administrator.Do(RolesPath, new Dictionary<string, object?>(right) { ["code"] = code });
        }
        Assert.Equal("identity.role-held", (await administrator.Refused(RolesPath,
            new Dictionary<string, object?>(right) { ["code"] = "commune:07030" })).Code);
        Assert.Equal(3, (await ApprovalTests.Held(app, Officer)).Count);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task People_are_registered_found_and_signed_out_through_the_api_as_on_the_page(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        var order = new { id = OfficerId, userName = Officer, name = "Cán bộ mới", password = TestApp.Password };

        var made = await administrator.Do("/api/v1/people", order);
        Assert.DoesNotContain(TestApp.Password, made.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(["password"], (await administrator.Refused("/api/v1/people", order with { password = "ngắn" })).Fields);
        Assert.Equal([Officer], (await administrator.Get("/api/v1/people?q=can.bo")).GetProperty("items")
            .EnumerateArray().Select(p => p.GetProperty("userName").GetString()));
        var firstPage = await administrator.Get("/api/v1/people?limit=1");
        Assert.Equal(1, (await administrator.Get($"/api/v1/people?limit=1&cursor={firstPage.GetProperty("next").GetString()}"))
            .GetProperty("items").GetArrayLength());
        Assert.Contains((await administrator.Get("/api/v1/units")).EnumerateArray(),
            unit => unit.GetProperty("unit").GetString() == Units.Province);

        using var officer = await app.SignedIn(Roles.Leader, Units.Province, Officer);
        using var ended = await administrator.Send($"/api/v1/people/{OfficerId}/sessions/end");
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await officer.Status("/api/v1/markets"));
    }

    private static List<JsonElement> Lines(JsonElement person) => [.. person.GetProperty("roles").EnumerateArray()];
}
