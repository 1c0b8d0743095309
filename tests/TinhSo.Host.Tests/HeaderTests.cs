using System.Net;
using System.Text;
using TinhSo.Identity;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Host.Tests;

/// <summary>What every answer tells browsers, whatever became of the request.</summary>
public class HeaderTests
{
    private static readonly string[] Paths =
        ["/", "/sign-in", "/pay", "/khong-co", "/api/v1/payments/banks", "/api/v1/khong-co", "/api/v1/markets", "/health/live",
            "/metrics", "/openapi/v1.json", "/error", "/markets", "/language?to=en", "/pay?code=%00"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_answer_keeps_foreign_sites_out_errors_included()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var client = app.CreateClient(new() { AllowAutoRedirect = false });
        var answers = new List<HttpResponseMessage>();
        foreach (var path in Paths)
        {
            answers.Add(await client.GetAsync(new Uri(path, UriKind.Relative), Stop));
        }
        // An error on the way, which empties the answer before it is written anew.
        foreach (var accept in (string[])["application/json", "text/html"])
        {
            using var unreadable = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions");
            unreadable.Headers.Accept.ParseAdd(accept);
            unreadable.Content = new StringContent("{", Encoding.UTF8, "application/json");
            answers.Add(await client.SendAsync(unreadable, Stop));
            Assert.Equal(HttpStatusCode.BadRequest, answers[^1].StatusCode);
        }

        foreach (var answer in answers)
        {
            var policy = Header(answer, "Content-Security-Policy");
            Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe-", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
            Assert.Equal("DENY", Header(answer, "X-Frame-Options"));
            Assert.Equal("same-origin", Header(answer, "Cross-Origin-Opener-Policy"));
            Assert.Equal("same-origin", Header(answer, "Cross-Origin-Resource-Policy"));
            Assert.Equal("same-origin", Header(answer, "Referrer-Policy"));
            Assert.False(answer.Headers.Contains("Server") || answer.Headers.Contains("X-Powered-By"));
        }
        answers.ForEach(answer => answer.Dispose());
    }

    [Fact]
    public async Task What_the_api_answers_is_kept_nowhere_and_shown_as_no_page()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var client = await app.SignedIn(Roles.Leader, Units.Province);

        foreach (var path in (string[])["/api/v1/markets", "/api/v1/payments/banks", "/api/v1/audit", "/api/v1/khong-co"])
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Stop);
            Assert.Equal("no-store", Header(answer, "Cache-Control"));
            Assert.StartsWith("attachment", answer.Content.Headers.ContentDisposition!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Pages_of_who_is_signed_in_are_kept_nowhere()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var browser = await app.Browser(Roles.Leader, Units.Province);

        foreach (var path in (string[])["/", "/markets", "/account", "/indicators"])
        {
            using var answer = await browser.GetAsync(new Uri(path, UriKind.Relative), Stop);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(answer.Headers.CacheControl?.NoStore, path);
        }
    }

    [Fact]
    public async Task No_other_site_may_read_anything_by_a_visitor_s_browser()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var client = app.CreateClient(new() { AllowAutoRedirect = false });
        foreach (var path in Paths)
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Options])
            {
                using var request = new HttpRequestMessage(method, path);
                request.Headers.Add("Origin", "https://evil.example");
                request.Headers.Add("Access-Control-Request-Method", "POST");
                using var answer = await client.SendAsync(request, Stop);
                Assert.DoesNotContain(answer.Headers, header =>
                    header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
            }
        }
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}
