using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests;

public class ProviderTests
{
    private readonly ManualClock clock = new();

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task Whom_the_provider_proves_is_signed_in_and_is_the_same_person_each_time(Engine engine)
    {
        await using var provider = await SimulatedIdentityProvider.Start(clock);
        await using var app = await Open(engine, provider);
        using var browser = Browser(app);

        var landed = await Walk(browser, "/account");
        Assert.Equal("/account", landed);
        Assert.Contains("Nguyễn Thị Định Danh", await browser.Page("/account"), StringComparison.Ordinal);
        using var elsewhere = Browser(app);
        await Walk(elsewhere, "/account");

        Assert.Equal(1, await app.Tables<IdentityDb, int>(db => db.ExternalIdentities.CountAsync(Stop)));
        provider.Subject = "079204000124";
        using var other = Browser(app);
        await Walk(other, "/account");
        Assert.Equal(2, await app.Tables<IdentityDb, int>(db => db.ExternalIdentities.CountAsync(Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_is_signed_in_links_the_identity_and_signs_in_by_it_from_then_on(Engine engine)
    {
        await using var provider = await SimulatedIdentityProvider.Start(clock);
        await using var app = await Open(engine, provider);
        using var leader = await SignedIn(app, Roles.Leader);

        Assert.Equal("/account", await Walk(leader, "/account"));
        Assert.Contains("Đã gắn", await leader.Page("/account"), StringComparison.Ordinal);

        // A provider proves more than a password: the role that rested opens.
        using var browser = Browser(app);
        await Walk(browser, "/markets");
        Assert.Equal(HttpStatusCode.OK, await browser.Status("/markets"));

        // And nobody else can take the identity.
        using var treasurer = await SignedIn(app, Roles.Treasurer);
        Assert.Equal("/sign-in?refused=identity.linked-elsewhere", await Walk(treasurer, "/account"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_identity_is_unlinked_by_its_person_unless_it_is_the_only_way_in(Engine engine)
    {
        await using var provider = await SimulatedIdentityProvider.Start(clock);
        await using var app = await Open(engine, provider);
        using var leader = await SignedIn(app, Roles.Leader);
        await Walk(leader, "/account");

        using var unlinked = await leader.PostForm("/account", "unlink-eid");

        Assert.Equal(HttpStatusCode.Redirect, unlinked.StatusCode);
        Assert.DoesNotContain("Đã gắn", await leader.Page("/account"), StringComparison.Ordinal);
        Assert.Equal(0, await app.Tables<IdentityDb, int>(db => db.ExternalIdentities.CountAsync(Stop)));
        using var program = await app.SignedIn(Roles.Leader, Units.Province);
        using var again = await program.Send("/api/v1/account/providers/eid", method: HttpMethod.Delete);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);

        using var browser = Browser(app);
        await Walk(browser, "/account");
        using var kept = await browser.PostForm("/account", "unlink-eid");
        Assert.Contains("cách đăng nhập duy nhất", WebUtility.HtmlDecode(await kept.Content.ReadAsStringAsync(Stop)),
            StringComparison.Ordinal);
        Assert.Equal(1, await app.Tables<IdentityDb, int>(db => db.ExternalIdentities.CountAsync(Stop)));
    }

    [Theory]
    [InlineData("nonce"), InlineData("no nonce"), InlineData("audience"), InlineData("another party"), InlineData("issuer")]
    [InlineData("expired"), InlineData("without end"), InlineData("not yet"), InlineData("unsigned"), InlineData("another key")]
    [InlineData("symmetric"), InlineData("no subject"), InlineData("state"), InlineData("iss on the way back"), InlineData("no code")]
    public async Task What_the_provider_says_wrongly_signs_nobody_in(string fault)
    {
        await using var provider = await SimulatedIdentityProvider.Start(clock);
        await using var app = await Open(Engine.Sqlite, provider);
        provider.Distort = claims =>
        {
            var now = clock.GetUtcNow();
            (string, object?) change = fault switch
            {
                "nonce" => ("nonce", "another"),
                "no nonce" => ("nonce", null),
                "audience" => ("aud", "another"),
                "another party" => ("azp", "another"),
                "issuer" => ("iss", "https://another.example"),
                "expired" => ("exp", now.AddMinutes(-2).ToUnixTimeSeconds()),
                "without end" => ("exp", null),
                "not yet" => ("nbf", now.AddMinutes(2).ToUnixTimeSeconds()),
                "no subject" => ("sub", null),
                _ => ("unchanged", "yes"),
            };
            if (change.Item2 is null)
            {
                claims.Remove(change.Item1);
            }
            else
            {
                claims[change.Item1] = change.Item2;
            }
        };
        provider.SignOtherwise = fault switch
        {
            "unsigned" => SimulatedIdentityProvider.Unsigned,
            "another key" => provider.SignedByAnother,
            "symmetric" => SimulatedIdentityProvider.SignedWithTheSecret,
            _ => null,
        };
        provider.OnTheWayBack = fault == "iss on the way back" ? "&iss=https%3A%2F%2Fanother.example" : "";
        using var browser = Browser(app);

        var landed = await Walk(browser, "/account", fault switch
        {
            "state" => address => address.Replace("state=", "state=x", StringComparison.Ordinal),
            "no code" => address => address.Replace("code=", "error=", StringComparison.Ordinal),
            _ => address => address,
        });

        Assert.Equal("/sign-in?refused=identity.provider-not-trusted", landed);
        Assert.Equal(HttpStatusCode.Redirect, await browser.Status("/account"));
        Assert.Equal(0, await app.Tables<IdentityDb, int>(db => db.ExternalIdentities.CountAsync(Stop)));
        Assert.Contains("Không xác minh được", await browser.Page(landed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_way_back_works_once_in_the_browser_that_went_and_within_ten_minutes()
    {
        await using var provider = await SimulatedIdentityProvider.Start(clock);
        await using var app = await Open(Engine.Sqlite, provider);
        using var browser = Browser(app);
        using var thief = Browser(app);

        var back = await Asked(browser, "/account");
        Assert.Equal("/sign-in?refused=identity.provider-not-trusted", await Follow(thief, back));
        Assert.Equal("/account", await Follow(browser, back));
        Assert.Equal("/sign-in?refused=identity.provider-not-trusted", await Follow(browser, back));

        using var late = Browser(app);
        var lateBack = await Asked(late, "/account");
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("/sign-in?refused=identity.provider-not-trusted", await Follow(late, lateBack));
    }

    [Fact]
    public async Task A_provider_that_changed_its_keys_is_asked_for_them_again()
    {
        await using var provider = await SimulatedIdentityProvider.Start(clock);
        await using var app = await Open(Engine.Sqlite, provider);
        using var first = Browser(app);
        Assert.Equal("/account", await Walk(first, "/account"));

        provider.ChangeKey();
        using var second = Browser(app);

        Assert.Equal("/account", await Walk(second, "/account"));
    }

    [Fact]
    public async Task An_unknown_provider_and_one_that_is_away_are_told()
    {
        var provider = await SimulatedIdentityProvider.Start(clock);
        await using var app = await Open(Engine.Sqlite, provider);
        using var browser = Browser(app);
        Assert.Equal(HttpStatusCode.NotFound, await browser.Status("/sign-in/with/khong-co"));

        await provider.DisposeAsync();

        Assert.Equal("/sign-in?refused=identity.provider-not-trusted", await Follow(browser, "/sign-in/with/eid"));
    }

    private async Task<TestApp> Open(Engine engine, SimulatedIdentityProvider provider)
    {
        var app = new TestApp(engine, clock, [.. provider.Settings(), ("SignIn:SecondFactor", "required")]);
        // Where nobody is registered yet, the sign-in page leads to the set-up.
        using var somebody = await app.SignedIn(Roles.Auditor, Units.Province);
        return app;
    }

    private static HttpClient Browser(TestApp app) =>
        app.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

    private static async Task<HttpClient> SignedIn(TestApp app, string role)
    {
        using var registered = await app.SignedIn(role, Units.Province);
        var browser = Browser(app);
        using var signedIn = await browser.PostForm("/sign-in", "sign-in",
            ("userName", TestApp.UserName(role, Units.Province)), ("password", TestApp.Password));
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        return browser;
    }

    /// <summary>To the provider and back; tells where the browser is led at the end.</summary>
    private static async Task<string> Walk(HttpClient browser, string back, Func<string, string>? distort = null) =>
        await Follow(browser, (distort ?? (address => address))(await Asked(browser, back)));

    /// <summary>The address by which the provider leads back.</summary>
    private static async Task<string> Asked(HttpClient browser, string back)
    {
        var provider = await Follow(browser, $"/sign-in/with/eid?back={Uri.EscapeDataString(back)}");
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var answer = await client.GetAsync(new Uri(provider), Stop);
        return answer.Headers.Location!.PathAndQuery;
    }

    private static async Task<string> Follow(HttpClient browser, string path)
    {
        using var answer = await browser.GetAsync(new Uri(path, UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }
}
