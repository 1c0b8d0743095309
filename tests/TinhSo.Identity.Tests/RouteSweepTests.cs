using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests;

/// <summary>Every role tries every route, and the table of permissions says who gets in.</summary>
public partial class RouteSweepTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_opens_to_the_roles_that_the_table_names_and_to_nobody_else()
    {
        await using var app = new TestApp(Engine.Sqlite, null,
            ("Simulator:Enabled", "true"), ("Payments:Limits:LookupsPerMinute", "1000000"));
        var routes = Routes(app);
        var found = new List<string>();
        var tries = 0;
        foreach (var role in Roles.All.Append(null))
        {
            using var program = role is null ? app.CreateClient() : await app.SignedIn(role, Units.Province);
            using var browser = await Browser(app, role);
            foreach (var route in routes)
            {
                tries++;
                using var request = new HttpRequestMessage(route.Method, route.Path);
                request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
                request.Content = route.Method == HttpMethod.Get
                    ? null : new StringContent("{}", Encoding.UTF8, "application/json");
                using var answer = await (route.IsApi ? program : browser).SendAsync(request, Stop);
                var isLetIn = route.IsApi ? await IsLetInToApi(answer) : IsLetInToPage(answer);
                if (isLetIn != (role is not null && Permissions.Allows(role, route.Permission)))
                {
                    found.Add($"{role ?? "nobody"} {route.Method} {route.Path}: {(int)answer.StatusCode}");
                }
            }
        }
        Assert.True(found.Count == 0, string.Join('\n', found));
        Assert.InRange(tries, 600, int.MaxValue);
        foreach (var needed in new[] { "approvals", "organisations", "people" })
        {
            Assert.Contains(routes, route => route.IsApi && route.Path.Contains($"/{needed}", StringComparison.Ordinal));
            Assert.Contains(routes, route => !route.IsApi && route.Path.StartsWith($"/{needed}", StringComparison.Ordinal));
        }
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{routes.Count} routes ({routes.Count(r => r.IsApi)} of the API), {Roles.All.Count} roles and nobody: {tries} tries.");
    }

    private sealed record Route(HttpMethod Method, string Path, bool IsApi, string Permission);

    private static List<Route> Routes(TestApp app) =>
        [.. from endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            let needed = endpoint.Metadata.GetMetadata<RequiresAttribute>()
            where needed is not null
            let path = Filled($"/{endpoint.RoutePattern.RawText!.TrimStart('/')}")
            let isApi = path.StartsWith("/api/", StringComparison.Ordinal)
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
            where isApi || method == "GET"
            // Pages first: among what the API takes is that the browser be signed out.
            orderby isApi
            select new Route(HttpMethod.Parse(method), path, isApi, needed.Permission)];

    private static string Filled(string pattern) => Parameter().Replace(pattern, parameter =>
        parameter.Value.Contains(":guid", StringComparison.Ordinal) ? $"{Guid.CreateVersion7()}" : "x");

    // A row that is not there, or a body that is none, is told only to who was let in.
    private static async Task<bool> IsLetInToApi(HttpResponseMessage answer) => answer.StatusCode switch
    {
        HttpStatusCode.Unauthorized => false,
        HttpStatusCode.Forbidden => (await answer.Problem()).Code == KernelRefusals.Forbidden.Code,
        _ => true,
    };

    private static bool IsLetInToPage(HttpResponseMessage answer) => answer.StatusCode switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => false,
        HttpStatusCode.Redirect => !new[] { "/sign-in", "/no-permission" }.Contains(
            new Uri(new Uri("http://localhost"), answer.Headers.Location!).AbsolutePath),
        _ => true,
    };

    private static async Task<HttpClient> Browser(TestApp app, string? role)
    {
        var browser = app.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        if (role is not null)
        {
            using var signedIn = await browser.PostForm("/sign-in", "sign-in",
                ("userName", TestApp.UserName(role, Units.Province)), ("password", TestApp.Password));
            Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        }
        return browser;
    }

    [GeneratedRegex("\\{[^}]+\\}")]
    private static partial Regex Parameter();
}
