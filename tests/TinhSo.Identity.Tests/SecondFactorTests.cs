using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.SecondFactors;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests;

public class SecondFactorTests
{
    private static readonly (string, string) Demanded = ("SignIn:SecondFactor", "required");
    private static readonly string UserName = TestApp.UserName(Roles.Leader, Units.Province);
    private static readonly Guid Leader = Ids.From("test.person", UserName);

    private readonly ManualClock clock = new();

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_role_of_staff_rests_until_a_second_factor_is_proved_and_that_of_a_trader_does_not(Engine engine)
    {
        await using var app = new TestApp(engine, clock, Demanded);
        using var leader = await app.SignedIn(Roles.Leader, Units.Province);
        using var other = await app.SignedIn(Roles.Leader, Units.Province);
        using var trader = await app.SignedIn(Roles.Trader, Units.Payee(Guid.CreateVersion7()));
        Assert.Equal(HttpStatusCode.OK, await trader.Status("/api/v1/my/stalls"));
        Assert.Equal(HttpStatusCode.Forbidden, await leader.Status("/api/v1/markets"));

        var (_, codes) = await SetUp(leader);

        Assert.Equal(10, codes.Count);
        Assert.Equal(HttpStatusCode.OK, await leader.Status("/api/v1/markets"));
        // Whoever else had signed in by the password alone is out.
        Assert.Equal(HttpStatusCode.Unauthorized, await other.Status("/api/v1/account/factors"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Once_an_app_is_set_up_a_code_of_it_is_needed_and_each_counts_once(Engine engine)
    {
        await using var app = new TestApp(engine, clock, Demanded);
        using var leader = await app.SignedIn(Roles.Leader, Units.Province);
        var (secret, _) = await SetUp(leader);

        Assert.Equal("identity.code-needed", (await SignIn(app, null)).Refusal);
        // That of the set-up itself was used.
        Assert.Equal("identity.wrong-code", (await SignIn(app, CodeOf(secret))).Refusal);
        clock.Advance(TimeSpan.FromSeconds(30));
        var code = CodeOf(secret);
        Assert.Null((await SignIn(app, code)).Refusal);
        Assert.Equal("identity.wrong-code", (await SignIn(app, code)).Refusal);
        clock.Advance(TimeSpan.FromSeconds(30));
        var twice = CodeOf(secret);
        var refusals = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => (await SignIn(app, twice)).Refusal));
        Assert.Single(refusals, refusal => refusal is null);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_recovery_code_lets_its_person_in_once_and_new_ones_put_the_old_out_of_force(Engine engine)
    {
        await using var app = new TestApp(engine, clock, Demanded);
        using var leader = await app.SignedIn(Roles.Leader, Units.Province);
        var (_, codes) = await SetUp(leader);

        var (_, token) = await SignIn(app, codes[3].ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal));
        Assert.NotNull(token);
        Assert.Equal("identity.wrong-code", (await SignIn(app, codes[3])).Refusal);
        using var again = app.CreateClient();
        again.DefaultRequestHeaders.Authorization = new("Bearer", token);
        Assert.Equal(HttpStatusCode.OK, await again.Status("/api/v1/markets"));
        Assert.Equal(9, (await again.Get("/api/v1/account/factors")).GetProperty("recoveryCodes").GetInt32());

        await again.Do("/api/v1/account/recovery-codes");
        Assert.Equal("identity.wrong-code", (await SignIn(app, codes[4])).Refusal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Ten_wrong_codes_close_the_app_for_a_quarter_of_an_hour_and_not_the_recovery_codes(Engine engine)
    {
        await using var app = new TestApp(engine, clock, Demanded);
        using var leader = await app.SignedIn(Roles.Leader, Units.Province);
        var (secret, codes) = await SetUp(leader);
        clock.Advance(TimeSpan.FromMinutes(2));
        for (var guess = 0; guess < 10; guess++)
        {
            Assert.Equal("identity.wrong-code", (await SignIn(app, $"00000{guess}")).Refusal);
        }

        Assert.Equal("identity.wrong-code", (await SignIn(app, CodeOf(secret))).Refusal);
        Assert.Null((await SignIn(app, codes[0])).Refusal);
        clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Null((await SignIn(app, CodeOf(secret))).Refusal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_proved_only_the_password_changes_no_way_to_sign_in_once_there_is_a_better_one(Engine engine)
    {
        await using var app = new TestApp(engine, clock, Demanded);
        using var leader = await app.SignedIn(Roles.Leader, Units.Province);
        await SetUp(leader);
        await app.Tables<IdentityDb, int>(db => db.Sessions.Where(one => one.PersonId == Leader)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.Proof, Proof.Password), Stop));

        foreach (var path in (string[])["authenticator", "authenticator/confirm", "recovery-codes"])
        {
            Assert.Equal("identity.factor-needed", (await leader.Refused($"/api/v1/account/{path}", new { code = "1" })).Code);
        }
        using var removed = await leader.Send("/api/v1/account/authenticator", method: HttpMethod.Delete);
        Assert.Equal("identity.factor-needed", (await removed.Problem()).Code);
    }

    [Fact]
    public async Task A_secret_counts_only_once_a_code_of_it_was_typed_in()
    {
        await using var app = new TestApp(Engine.Sqlite, clock, Demanded);
        using var leader = await app.SignedIn(Roles.Leader, Units.Province);
        await leader.Do("/api/v1/account/authenticator");

        var wrong = await leader.Refused("/api/v1/account/authenticator/confirm", new { code = "123" });

        Assert.Equal(["code"], wrong.Fields);
        Assert.Null((await SignIn(app, null)).Refusal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task On_pages_the_code_is_asked_for_after_the_password_and_leads_to_where_one_came_from(Engine engine)
    {
        await using var app = new TestApp(engine, clock, Demanded);
        using var leader = await app.SignedIn(Roles.Leader, Units.Province);
        var (secret, _) = await SetUp(leader);
        clock.Advance(TimeSpan.FromSeconds(30));
        using var browser = app.CreateClient();

        using var asked = await browser.PostForm("/sign-in?back=/markets", "sign-in",
            ("userName", UserName), ("password", TestApp.Password));
        Assert.Equal("/sign-in/code", asked.RequestMessage!.RequestUri!.AbsolutePath);
        using var wrong = await browser.PostForm("/sign-in/code", "code", ("code", "000000"));
        Assert.Contains("Mã không đúng", WebUtility.HtmlDecode(await wrong.Content.ReadAsStringAsync(Stop)),
            StringComparison.Ordinal);
        Assert.Contains("/sign-in", await LandsOn(browser, "/markets"), StringComparison.Ordinal);

        using var right = await browser.PostForm("/sign-in/code", "code", ("code", CodeOf(secret)));

        Assert.Equal("/markets", right.RequestMessage!.RequestUri!.AbsolutePath);
        // The step is over: the page cannot be used again.
        Assert.EndsWith("/sign-in", await LandsOn(browser, "/sign-in/code"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_code_must_come_within_ten_minutes_and_in_the_same_browser()
    {
        await using var app = new TestApp(Engine.Sqlite, clock, Demanded);
        using var leader = await app.SignedIn(Roles.Leader, Units.Province);
        await SetUp(leader);
        using var browser = app.CreateClient();
        using var asked = await browser.PostForm("/sign-in", "sign-in", ("userName", UserName), ("password", TestApp.Password));
        using var stranger = app.CreateClient();

        Assert.EndsWith("/sign-in", await LandsOn(stranger, "/sign-in/code"), StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.EndsWith("/sign-in", await LandsOn(browser, "/sign-in/code"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Production", "optional")]
    [InlineData("Test", "sometimes")]
    public async Task Production_does_not_start_where_a_password_would_be_enough(string environment, string setting)
    {
        await using var app = new TestApp(Engine.Sqlite, clock, ("SignIn:SecondFactor", setting), ("environment", environment),
            ("Keys:columns", $"own:{Convert.ToBase64String(new byte[32])}"));

        var refused = Assert.ThrowsAny<Exception>(() => app.Services);

        Assert.Contains("SignIn:SecondFactor", refused.ToString(), StringComparison.Ordinal);
    }

    private async Task<(string Secret, IReadOnlyList<string> Codes)> SetUp(HttpClient person)
    {
        var secret = (await person.Do("/api/v1/account/authenticator")).GetProperty("secret").GetString()!;
        var added = await person.Do("/api/v1/account/authenticator/confirm", new { code = CodeOf(secret) });
        return (secret, [.. added.GetProperty("recoveryCodes").EnumerateArray().Select(code => code.GetString()!)]);
    }

    private string CodeOf(string secret) => Totp.Code(Totp.FromBase32(secret), Totp.StepAt(clock.GetUtcNow()));

    private static async Task<(string? Refusal, string? Token)> SignIn(TestApp app, string? code)
    {
        using var client = app.CreateClient();
        using var answer = await client.PostAsJsonAsync("/api/v1/sessions",
            new { userName = UserName, password = TestApp.Password, code }, Stop);
        return answer.IsSuccessStatusCode
            ? (null, (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("accessToken").GetString())
            : ((await answer.Problem()).Code, null);
    }

    private static async Task<string> LandsOn(HttpClient browser, string path)
    {
        using var page = await browser.GetAsync(new Uri(path, UriKind.Relative), Stop);
        return page.RequestMessage!.RequestUri!.AbsolutePath;
    }
}
