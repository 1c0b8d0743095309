using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Mvc.Testing;
using TinhSo.Identity;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Host.Tests;

/// <summary>How requests get in: by HTTPS, through known proxies, within bounds.</summary>
public class TransportTests
{
    private static readonly (string, string)[] Https = [("Https:Demanded", "true"), ("Https:Port", "8443")];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_HTTPS_is_demanded_plain_HTTP_leads_there_and_browsers_remember_it()
    {
        await using var app = new TestApp(Engine.Sqlite, null, Https);
        using var plain = At(app, "http://tinhso.example");
        using var secure = At(app, "https://tinhso.example:8443");

        using var led = await plain.GetAsync(new Uri("/pay?code=1", UriKind.Relative), Stop);
        using var watched = await plain.GetAsync(new Uri("/health/live", UriKind.Relative), Stop);
        using var page = await secure.GetAsync(new Uri("/pay", UriKind.Relative), Stop);

        Assert.Equal(HttpStatusCode.TemporaryRedirect, led.StatusCode);
        Assert.Equal("https://tinhso.example:8443/pay?code=1", $"{led.Headers.Location}");
        Assert.Equal(HttpStatusCode.OK, watched.StatusCode);
        Assert.Equal("max-age=31536000", Assert.Single(page.Headers.GetValues("Strict-Transport-Security")));
    }

    [Fact]
    public async Task Where_it_is_not_demanded_plain_HTTP_is_answered()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var plain = At(app, "http://tinhso.example");

        using var page = await plain.GetAsync(new Uri("/pay", UriKind.Relative), Stop);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.False(page.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Over_HTTPS_every_cookie_is_secure_and_hidden_from_scripts()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var registered = await app.SignedIn(Roles.Leader, Units.Province);
        using var browser = app.CreateClient(new() { BaseAddress = new("https://tinhso.example"), AllowAutoRedirect = false });

        using var form = await browser.GetAsync(new Uri("/sign-in", UriKind.Relative), Stop);
        using var signedIn = await browser.PostForm("/sign-in", "sign-in",
            ("userName", TestApp.UserName(Roles.Leader, Units.Province)), ("password", TestApp.Password));
        using var spoken = await browser.GetAsync(new Uri("/language?to=en", UriKind.Relative), Stop);

        var cookies = new[] { form, signedIn, spoken }.SelectMany(answer => answer.Headers.GetValues("Set-Cookie")).ToList();
        Assert.Equal(["tinhso", "tinhso.form", "tinhso.language"], cookies.Select(cookie => cookie.Split('=')[0]).Distinct().Order());
        Assert.All(cookies, cookie =>
        {
            Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite", cookie, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public async Task Where_HTTPS_is_demanded_cookies_belong_to_this_very_host()
    {
        await using var app = new TestApp(Engine.Sqlite, null, Https);
        using var registered = await app.SignedIn(Roles.Leader, Units.Province);
        using var browser = app.CreateClient(new() { BaseAddress = new("https://tinhso.example"), AllowAutoRedirect = false });

        using var form = await browser.GetAsync(new Uri("/sign-in", UriKind.Relative), Stop);
        using var signedIn = await browser.PostForm("/sign-in", "sign-in",
            ("userName", TestApp.UserName(Roles.Leader, Units.Province)), ("password", TestApp.Password));

        Assert.Equal(HttpStatusCode.OK, await browser.Status("/markets"));
        var cookies = new[] { form, signedIn }.SelectMany(answer => answer.Headers.GetValues("Set-Cookie")).ToList();
        Assert.All(cookies, cookie =>
        {
            Assert.StartsWith("__Host-tinhso", cookie, StringComparison.Ordinal);
            Assert.Contains("path=/;", cookie, StringComparison.Ordinal);
            Assert.Contains("secure", cookie, StringComparison.Ordinal);
            Assert.DoesNotContain("domain=", cookie, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Whom_a_proxy_forwards_is_believed_of_configured_proxies_alone()
    {
        Assert.True(await IsSlowedAcross(proxies: null, from: "10.0.0.5"));
        Assert.True(await IsSlowedAcross(proxies: "10.0.0.6, 10.1.0.0/16", from: "10.0.0.5"));
        Assert.False(await IsSlowedAcross(proxies: "10.0.0.5", from: "10.0.0.5"));
        Assert.False(await IsSlowedAcross(proxies: "10.1.0.0/16", from: "10.1.2.3"));
        Assert.False(await IsSlowedAcross(proxies: "10.1.0.0/16", from: "::ffff:10.1.2.3"));
    }

    [Fact]
    public async Task What_a_visitor_writes_in_front_of_the_chain_of_proxies_is_not_believed()
    {
        await using var app = Limited("10.0.0.5");
        // The last proxy saw 203.0.113.9; what stands before that was sent by the visitor.
        var statuses = await Guess(app, "10.0.0.5", i => $"198.51.100.{i}, 203.0.113.9");
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Fact]
    public async Task The_scheme_that_a_known_proxy_forwards_makes_cookies_secure()
    {
        await using var app = new TestApp(Engine.Sqlite, null, ("Proxies", "10.0.0.5"));
        using var somebody = await app.SignedIn(Roles.Leader, Units.Province);
        foreach (var (from, isSecure) in new[] { ("10.0.0.5", true), ("10.0.0.6", false) })
        {
            using var client = app.CreateClient();
            client.DefaultRequestHeaders.Add(TestApp.AddressHeader, from);
            client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
            using var form = await client.GetAsync(new Uri("/sign-in", UriKind.Relative), Stop);
            Assert.Equal(isSecure, form.Headers.GetValues("Set-Cookie").Single()
                .Contains("secure", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task A_body_of_more_than_a_megabyte_is_refused_where_nothing_else_is_said()
    {
        await using var app = Listening();
        using var client = new HttpClient { BaseAddress = app.ClientOptions.BaseAddress };
        using var large = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions");
        large.Content = new StringContent($"{{\"userName\":\"{new string('a', 1_100_000)}\"}}", Encoding.UTF8, "application/json");
        large.Headers.ExpectContinue = true;

        using var refused = await client.SendAsync(large, Stop);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        using var fits = await client.PostAsJsonAsync(
            "/api/v1/sessions", new { userName = new string('a', 900_000), password = "x" }, Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, fits.StatusCode);
    }

    [Fact]
    public async Task Who_sends_headers_too_slowly_or_too_many_is_hung_up_on()
    {
        await using var app = Listening(("Limits:HeadersSeconds", "1"));
        var address = app.ClientOptions.BaseAddress;

        using var slow = new TcpClient();
        await slow.ConnectAsync(address.Host, address.Port, Stop);
        await slow.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\nX-Never"u8.ToArray(), Stop);
        using var answer = new StreamReader(slow.GetStream());
        Assert.Contains("408", await answer.ReadToEndAsync(Stop), StringComparison.Ordinal);

        using var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Add("X-Large", new string('a', 17_000));
        using var refused = await client.GetAsync(new Uri("/", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, refused.StatusCode);
    }

    private static HttpClient At(TestApp app, string address) => app.CreateClient(
        new WebApplicationFactoryClientOptions { BaseAddress = new Uri(address), AllowAutoRedirect = false });

    private static TestApp Listening(params (string, string)[] settings)
    {
        var app = new TestApp(Engine.Sqlite, null, settings);
        app.UseKestrel(0);
        app.StartServer();
        return app;
    }

    private static TestApp Limited(string? proxies) => new(Engine.Sqlite, null,
        [("Limits:SignInPerMinute", "3"), .. proxies is null ? [] : new[] { ("Proxies", proxies) }]);

    // Guesses that a proxy says come from as many addresses: whether they count as one.
    private static async Task<bool> IsSlowedAcross(string? proxies, string from)
    {
        await using var app = Limited(proxies);
        return (await Guess(app, from, i => $"203.0.113.{i}")).Contains(HttpStatusCode.TooManyRequests);
    }

    private static async Task<List<HttpStatusCode>> Guess(TestApp app, string from, Func<int, string> forwarded)
    {
        using var client = app.CreateClient();
        client.DefaultRequestHeaders.Add(TestApp.AddressHeader, from);
        var statuses = new List<HttpStatusCode>();
        for (var i = 1; i <= 5; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions");
            request.Headers.Add("X-Forwarded-For", forwarded(i));
            request.Content = JsonContent.Create(new { userName = "someone", password = "guess" });
            using var answer = await client.SendAsync(request, Stop);
            statuses.Add(answer.StatusCode);
        }
        return statuses;
    }
}
