using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Testing;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests;

public class SignInTests
{
    private static readonly string UserName = TestApp.UserName(Roles.Collector, Units.Province);

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_wrong_password_and_an_unknown_name_are_answered_alike(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var known = await app.SignedIn(Roles.Collector, Units.Province);
        using var anyone = app.CreateClient();

        var answers = new List<string>();
        foreach (var (userName, password) in new (string?, string?)[]
        {
            (UserName, "not the password"), ("nobody.here", "not the password"), (null, null), (UserName, null),
            ("", ""), ("\0", "\0"), (new string('a', 10_000), new string('b', 10_000)), ("' or 1=1 --", "x"),
        })
        {
            using var answer = await anyone.PostAsJsonAsync("/api/v1/sessions", new { userName, password }, Stop);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            var text = await answer.Content.ReadAsStringAsync(Stop);
            answers.Add(Regex.Replace(text, "\"traceId\":\"[^\"]*\"", ""));
        }

        Assert.Single(answers.Distinct());
        Assert.Contains("identity.wrong-sign-in", answers[0], StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_right_password_opens_a_session_of_one_hour_for_programs_whatever_the_case_of_the_name(
        Engine engine)
    {
        await using var app = new TestApp(engine);
        using var known = await app.SignedIn(Roles.Collector, Units.Province);
        using var anyone = app.CreateClient();

        using var answer = await anyone.PostAsJsonAsync("/api/v1/sessions",
            new { userName = $" {UserName.ToUpperInvariant()} ", password = TestApp.Password }, Stop);

        var session = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal("Bearer", session.GetProperty("tokenType").GetString());
        Assert.Equal(3600, session.GetProperty("expiresIn").GetInt32());
        Assert.NotEmpty(session.GetProperty("accessToken").GetString()!);
    }

    [Fact]
    public async Task The_page_says_that_the_sign_in_was_wrong_and_keeps_the_name_but_not_the_password()
    {
        await using var app = new TestApp(Engine.Sqlite);
        // Where nobody is registered yet, the page leads to the set-up instead.
        using var somebody = await app.SignedIn(Roles.Leader, Units.Province);
        using var browser = app.CreateClient();

        using var answer = await browser.PostForm(
            "/sign-in", "sign-in", ("userName", "an.nguyen"), ("password", "a secret guess"));

        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop));
        Assert.Contains("Tên đăng nhập hoặc mật khẩu không đúng.", page, StringComparison.Ordinal);
        Assert.Contains("an.nguyen", page, StringComparison.Ordinal);
        Assert.DoesNotContain("a secret guess", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_guesses_too_often_is_answered_429_on_the_api_and_on_the_page()
    {
        await using var app = new TestApp(Engine.Sqlite, null, ("Limits:SignInPerMinute", "3"));
        using var guesser = app.CreateClient();

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 5; i++)
        {
            using var answer = await guesser.PostAsJsonAsync(
                "/api/v1/sessions", new { userName = "someone", password = $"guess {i}" }, Stop);
            statuses.Add(answer.StatusCode);
            Assert.Equal(i < 3, answer.Headers.RetryAfter is null);
        }

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.Unauthorized, 3),
            .. Enumerable.Repeat(HttpStatusCode.TooManyRequests, 2)], statuses);
        Assert.Equal(HttpStatusCode.TooManyRequests, await guesser.Status("/sign-in"));
    }

    [Fact]
    public async Task A_cookie_opens_pages_and_never_the_api_and_a_token_the_api_and_never_pages()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var browser = await app.Browser(Roles.Leader, Units.Province);
        using var program = await app.SignedIn(Roles.Leader, Units.Province);
        using var pageByToken = app.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        pageByToken.DefaultRequestHeaders.Authorization = program.DefaultRequestHeaders.Authorization;

        Assert.Equal(HttpStatusCode.OK, await browser.Status("/markets"));
        Assert.Equal(HttpStatusCode.Unauthorized, await browser.Status("/api/v1/markets"));
        Assert.Equal(HttpStatusCode.Unauthorized, await browser.Status("/API/v1/markets"));
        Assert.Equal(HttpStatusCode.OK, await program.Status("/api/v1/markets"));
        Assert.Equal(HttpStatusCode.Redirect, await pageByToken.Status("/markets"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_role_that_is_taken_away_is_gone_with_the_next_request(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var program = await app.SignedIn(Roles.Leader, Units.Province);
        var personId = Ids.From("test.person", TestApp.UserName(Roles.Leader, Units.Province));
        Assert.Equal(HttpStatusCode.OK, await program.Status("/api/v1/markets"));

        var person = await app.With<IIdentity, Outcome<Person>>(
            identity => identity.Revoke(personId, Roles.Leader, Units.Province, Stop));

        Assert.False(person.IsRefused(out _, out var left));
        Assert.Empty(left.Roles);
        Assert.Equal(HttpStatusCode.Forbidden, await program.Status("/api/v1/markets"));
    }

    [Fact]
    public async Task Signing_out_needs_the_form_of_this_site_and_then_ends_the_session()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var browser = await app.Browser(Roles.Leader, Units.Province);

        using var foreign = new FormUrlEncodedContent([new("back", "/")]);
        using var refused = await browser.PostAsync(new Uri("/sign-out", UriKind.Relative), foreign, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("/sign-out", await browser.Page("/markets"), StringComparison.Ordinal);

        using var ended = await browser.PostForm("/markets", "/sign-out");
        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        Assert.DoesNotContain("/sign-out", await browser.Page("/markets"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//evil.example/x", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("/markets?q=a", "/markets?q=a")]
    public async Task After_signing_in_nobody_is_led_to_another_site(string back, string leadsTo)
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var known = await app.SignedIn(Roles.Leader, Units.Province);
        using var browser = app.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

        using var answer = await browser.PostForm($"/sign-in?back={Uri.EscapeDataString(back)}", "sign-in",
            ("userName", TestApp.UserName(Roles.Leader, Units.Province)), ("password", TestApp.Password));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var target = new Uri(browser.BaseAddress!, answer.Headers.Location!);
        Assert.Equal(browser.BaseAddress!.Authority, target.Authority);
        Assert.Equal(leadsTo, target.PathAndQuery);
    }
}
