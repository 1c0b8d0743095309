using System.Net;
using System.Text;
using System.Text.Json;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Journeys.Tests;

/// <summary>Sends what is wrong, and what is meant to do harm, to every form and every endpoint there is.</summary>
public sealed class WrongInputTests(Browser browser)
{
    private const string Harm = "\"><script>alert(1)</script> ' or 1=1; drop table markets_market; -- {{7*7}} %00 \u202E";
    private const string Summary = "govuk-error-summary__list";

    // What only asks is answered, whatever was asked.
    private static readonly string[] Questions =
        ["/sign-in", "/check-sign", "/api/v1/signs/check", "/api/v1/payments/qr/decode"];

    private static readonly string Endless = new('9', 20_000);

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_form_names_what_is_endless_or_unreadable_in_it_and_changes_nothing(Engine engine)
    {
        await using var tour = await Tour.Begin(engine, browser);
        var before = await tour.Town.Rows();
        var found = new List<string>();
        var forms = 0;
        await foreach (var (client, path, page, form) in Forms(tour))
        {
            forms++;
            // No honest browser sends U+0000, which not every database can keep.
            using var unreadable = await client.SendForm(path, page, form.Name, Filled(form, "\0"));
            using var endless = await client.SendForm(path, page, form.Name, Filled(form, Endless));
            var text = await endless.Content.ReadAsStringAsync(Stop);
            if (unreadable.StatusCode is not HttpStatusCode.BadRequest
                || !(text.Contains(Summary, StringComparison.Ordinal) || Questions.Contains(path)))
            {
                found.Add($"{path} {form.Name}: {(int)unreadable.StatusCode}, {(int)endless.StatusCode}");
            }
        }
        Assert.True(found.Count == 0, string.Join('\n', found));
        Assert.InRange(forms, 25, int.MaxValue);
        Assert.Equal(before, await tour.Town.Rows());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Nothing_harmful_that_a_form_takes_breaks_a_page_or_is_shown_as_it_was_sent(Engine engine)
    {
        await using var tour = await Tour.Begin(engine, browser);
        await foreach (var (client, path, page, form) in Forms(tour))
        {
            using var answer = await client.SendForm(path, page, form.Name, Filled(form, Harm));
            Assert.True(answer.StatusCode < HttpStatusCode.InternalServerError, Broken(tour, path, answer));
        }
        foreach (var (visitor, views) in tour.Views)
        {
            using var client = await tour.Town.Visit(visitor);
            foreach (var view in views)
            {
                using var answer = await client.GetAsync(new Uri(view.Path, UriKind.Relative), Stop);
                Assert.True(answer.StatusCode < HttpStatusCode.InternalServerError, Broken(tour, view.Path, answer));
                Assert.DoesNotContain("<script>alert", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
            }
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_endpoint_refuses_what_it_cannot_read_and_changes_nothing(Engine engine)
    {
        await using var tour = await Tour.Begin(engine, browser);
        var before = await tour.Town.Rows();
        var found = new List<string>();
        var told = 0;
        foreach (var visitor in (Visitor[])
            [tour.Town.Administrator, tour.Town.Manager, tour.Town.Treasurer, tour.Town.Trader])
        {
            using var client = await tour.Town.Api(visitor);
            foreach (var operation in await Operation.All(client))
            {
                foreach (var (path, body) in Wrong(operation, tour))
                {
                    using var request = new HttpRequestMessage(operation.Method, path);
                    request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
                    request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
                    using var answer = await client.SendAsync(request, Stop);
                    if (answer.StatusCode is HttpStatusCode.Forbidden)
                    {
                        break;
                    }
                    told++;
                    found.AddRange(await Complaint(operation, path, body, answer));
                }
            }
        }
        Assert.True(found.Count == 0, string.Join('\n', found));
        Assert.InRange(told, 500, int.MaxValue);
        Assert.Equal(before, await tour.Town.Rows());
    }

    private static async Task<IEnumerable<string>> Complaint(
        Operation operation, string path, string? body, HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Stop);
        // An address that is none at all does not get as far as to a route.
        var isProblem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json"
            || path.Contains("/%00", StringComparison.Ordinal);
        var isAnswered = operation.Method == HttpMethod.Get || Questions.Contains(path);
        return ((int)answer.StatusCode is >= 400 and < 500 && isProblem)
            || (answer.StatusCode is HttpStatusCode.OK && isAnswered)
            ? [] : [$"{operation.Method} {Short(path)} {Short(body ?? "")}: {(int)answer.StatusCode} {Short(text)}"];
    }

    private static string Broken(Tour tour, string path, HttpResponseMessage answer) =>
        $"{path}: {answer.StatusCode}\n{string.Join('\n', tour.Town.Failures)}";

    private static string Short(string text) => text.Length > 160 ? $"{text[..160]}…" : text;

    private static (string Name, string Value)[] Filled(PageForm form, string value) =>
        [.. form.Fields.Select(field => (field, value))];

    private static async IAsyncEnumerable<(HttpClient Client, string Path, string Page, PageForm Form)> Forms(Tour tour)
    {
        foreach (var (visitor, views) in tour.Views)
        {
            using var client = await tour.Town.Visit(visitor);
            foreach (var path in views.Select(view => view.Path).Distinct())
            {
                using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Stop);
                var page = await answer.Content.ReadAsStringAsync(Stop);
                foreach (var form in HttpSteps.FormsOf(page).Where(form => form.Fields.Count > 0))
                {
                    yield return (client, path, page, form);
                }
            }
        }
    }

    private static IEnumerable<(string Path, string? Body)> Wrong(Operation operation, Tour tour)
    {
        var path = operation.Existing(tour);
        if (operation.Method == HttpMethod.Get)
        {
            foreach (var value in new[] { "-1", Endless[..3_000], "%00", Uri.EscapeDataString(Harm), "%F0%9F%99%82", "%C3%28" })
            {
                foreach (var query in operation.Queries)
                {
                    yield return ($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}={value}", null);
                }
                if (operation.Path.Contains('{', StringComparison.Ordinal))
                {
                    yield return (operation.Path.Replace("{id}", value, StringComparison.Ordinal)
                        .Replace("{code}", value, StringComparison.Ordinal)
                        .Replace("{idOrCode}", value, StringComparison.Ordinal), null);
                }
            }
            yield break;
        }
        if (operation.Properties.Length == 0)
        {
            yield break;
        }
        foreach (var body in new[] { "", "{", "null", "[]", "\"x\"", "\uFEFF", new string('[', 5_000) })
        {
            yield return (path, body);
        }
        foreach (var value in new[]
        {
            "{\"a\":[1]}", JsonSerializer.Serialize(Endless), "\"\\u0000\"", "-1", "1e999", "0.5", "true",
            JsonSerializer.Serialize(Harm + "\0"),
        })
        {
            yield return (path, $"{{{string.Join(',', operation.Properties.Select(name => $"\"{name}\":{value}"))}}}");
        }
    }
}
