using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Sessions;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests;

public class SessionTests
{
    private static readonly string UserName = TestApp.UserName(Roles.Leader, Units.Province);
    private static readonly Guid Leader = Ids.From("test.person", UserName);

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_signs_out_everywhere_else_is_out_there_with_the_next_request_and_stays_in_here(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var here = await app.SignedIn(Roles.Leader, Units.Province);
        using var there = await app.SignedIn(Roles.Leader, Units.Province);
        using var browser = await app.Browser(Roles.Leader, Units.Province);
        var sessions = await Sessions(here);
        // One of them was begun by the browser's own preparation.
        Assert.Equal(4, sessions.Count);
        Assert.Single(sessions, session => session.GetProperty("isThis").GetBoolean());

        using var ended = await here.Send("/api/v1/account/sessions/end-others");

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await here.Status("/api/v1/markets"));
        Assert.Equal(HttpStatusCode.Unauthorized, await there.Status("/api/v1/markets"));
        Assert.Contains("/sign-in", await LandsOn(browser, "/markets"), StringComparison.Ordinal);
        Assert.True(Assert.Single(await Sessions(here)).GetProperty("isThis").GetBoolean());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_simulator_moves_its_clock_by_days_and_signs_nobody_out(Engine engine)
    {
        var folder = Directory.CreateTempSubdirectory("tinhso-clock").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "demo-clock"), "30.00:00:00", Stop);
        await using var app = new TestApp(engine, null, ("Simulator:Enabled", "true"), ("DataFolder", folder));
        using var program = await app.SignedIn(Roles.Treasurer, Units.Province);
        using var browser = await app.Browser(Roles.Treasurer, Units.Province);

        for (var move = 1; move <= 3; move++)
        {
            var now = (await program.Get("/api/v1/simulator/clock")).GetProperty("now").GetDateTimeOffset();
            await program.Do("/api/v1/simulator/clock", new { advanceTo = now.AddDays(2) });

            Assert.Equal(HttpStatusCode.OK, await program.Status("/api/v1/markets"));
            Assert.DoesNotContain("/sign-in", await LandsOn(browser, "/markets"), StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task One_session_is_ended_by_its_own_person_and_by_nobody_else(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var leader = await app.SignedIn(Roles.Leader, Units.Province);
        using var treasurer = await app.SignedIn(Roles.Treasurer, Units.Province);
        var session = (await Sessions(leader))[0].GetProperty("id").GetGuid();

        using var foreign = await treasurer.Send($"/api/v1/account/sessions/{session}/end");
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await leader.Status("/api/v1/markets"));

        using var own = await leader.Send($"/api/v1/account/sessions/{session}/end");
        Assert.Equal(HttpStatusCode.NoContent, own.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await leader.Status("/api/v1/markets"));
    }

    [Fact]
    public async Task An_administrator_signs_somebody_out_everywhere_and_that_is_recorded()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var leader = await app.SignedIn(Roles.Leader, Units.Province);
        using var administrator = await app.Browser(Roles.Administrator, Units.Province);

        using var page = await administrator.PostForm($"/people/{Leader}", "end-sessions");

        Assert.Contains("Đã đăng xuất người này ở mọi nơi",
            WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await leader.Status("/api/v1/markets"));
        using var auditor = await app.SignedIn(Roles.Auditor, Units.Province);
        Assert.Single((await auditor.Get($"/api/v1/audit?what=identity.session-ended&subject={Leader}"))
            .GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_session_that_was_signed_out_does_not_come_back_with_a_copy_of_its_cookie()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var browser = await app.Browser(Roles.Leader, Units.Province);
        var ended = await app.Tables<IdentityDb, List<SessionRow>>(db => db.Sessions.Where(s => s.Kind == SessionKind.Pages)
            .ToListAsync(Stop));
        Assert.Null(Assert.Single(ended).EndedAt);

        using var answer = await browser.PostForm("/markets", "/sign-out");

        var now = await app.Tables<IdentityDb, SessionRow>(db => db.Sessions.SingleAsync(s => s.Id == ended[0].Id, Stop));
        Assert.NotNull(now.EndedAt);
        Assert.False(await app.With<KeepSessions, bool>(sessions => sessions.IsOpen(now.Id, Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_session_ends_by_itself_and_says_when_it_was_seen(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        using var leader = await app.SignedIn(Roles.Leader, Units.Province);
        var id = (await Sessions(leader))[0].GetProperty("id").GetGuid();

        clock.Sleep(TimeSpan.FromMinutes(20));
        Assert.Equal(HttpStatusCode.OK, await leader.Status("/api/v1/markets"));
        Assert.Equal(clock.GetUtcNow(), (await app.Tables<IdentityDb, SessionRow>(
            db => db.Sessions.SingleAsync(s => s.Id == id, Stop))).SeenAt);
        clock.Sleep(TimeSpan.FromMinutes(41));
        Assert.Equal(HttpStatusCode.Unauthorized, await leader.Status("/api/v1/markets"));
        using var again = await app.SignedIn(Roles.Leader, Units.Province);
        Assert.Single(await Sessions(again));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_password_is_changed_by_who_knows_it_and_ends_all_other_sessions(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var here = await app.SignedIn(Roles.Leader, Units.Province);
        using var there = await app.SignedIn(Roles.Leader, Units.Province);

        const string Path = "/api/v1/account/password";
        Assert.Equal(["old"], (await here.Refused(Path, new { old = "wrong", changed = "another password" })).Fields);
        Assert.Equal(["changed"], (await here.Refused(Path, new { old = TestApp.Password, changed = "short" })).Fields);
        Assert.Equal(["changed", "old"], (await here.Refused(Path, new { })).Fields);
        using var changed = await here.Send(Path, new { old = TestApp.Password, changed = "another password" });

        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await here.Status("/api/v1/markets"));
        Assert.Equal(HttpStatusCode.Unauthorized, await there.Status("/api/v1/markets"));
        using var anyone = app.CreateClient();
        Assert.Equal(HttpStatusCode.Unauthorized, await SignIn(anyone, TestApp.Password));
        Assert.Equal(HttpStatusCode.OK, await SignIn(anyone, "another password"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Guessing_from_many_addresses_is_slowed_and_the_person_is_not(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        // From home, a month ago.
        using var registered = await app.SignedIn(Roles.Leader, Units.Province);
        Assert.Equal(200, await SignInFrom(app, "198.51.100.7", TestApp.Password));
        // A phone, whose address changes within its network.
        Assert.Equal(200, await SignInFrom(app, "2001:db8:1:2::7", TestApp.Password));
        clock.Sleep(TimeSpan.FromDays(30));

        await Parallel.ForEachAsync(Enumerable.Range(1, 40), Stop, async (i, _) =>
            Assert.Equal(401, await SignInFrom(app, $"203.0.113.{i}", $"guess {i}")));

        // Even the right guess opens nothing from elsewhere, until a quarter of an hour has passed.
        Assert.Equal(401, await SignInFrom(app, "203.0.113.99", TestApp.Password));
        Assert.Equal(200, await SignInFrom(app, "198.51.100.7", TestApp.Password));
        Assert.Equal(200, await SignInFrom(app, "2001:db8:1:2::99", TestApp.Password));
        clock.Sleep(GuessLimit.Window);
        Assert.Equal(200, await SignInFrom(app, "203.0.113.99", TestApp.Password));
    }

    [Theory]
    [InlineData("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36",
        "Chrome, Android")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1",
        "Safari, iPhone")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux")]
    [InlineData("curl/8", "Không rõ")]
    [InlineData(null, "Không rõ")]
    public void A_device_is_named_as_people_name_it(string? agent, string name) =>
        Assert.Equal(name, Devices.NameOf(SessionKind.Pages, agent));

    private static async Task<int> SignInFrom(TestApp app, string address, string password)
    {
        using var client = app.CreateClient();
        client.DefaultRequestHeaders.Add(TestApp.AddressHeader, address);
        return (int)await SignIn(client, password);
    }

    private static async Task<HttpStatusCode> SignIn(HttpClient client, string password)
    {
        using var answer = await client.PostAsJsonAsync("/api/v1/sessions", new { userName = UserName, password }, Stop);
        return answer.StatusCode;
    }

    private static async Task<string> LandsOn(HttpClient browser, string path)
    {
        using var answer = await browser.GetAsync(new Uri(path, UriKind.Relative), Stop);
        return answer.RequestMessage!.RequestUri!.PathAndQuery;
    }

    private static async Task<List<JsonElement>> Sessions(HttpClient client) =>
        [.. (await client.Get("/api/v1/account/sessions")).EnumerateArray()];
}
