using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TinhSo.Testing;

/// <summary>What tests do over HTTP, as programs and as browsers.</summary>
public static partial class HttpSteps
{
    /// <summary>Sends JSON with an Idempotency-Key of its own, or the given one.</summary>
    public static async Task<HttpResponseMessage> Send(
        this HttpClient client, string path, object? body = null, string? key = null, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, path) { Content = Content(body) };
        request.Headers.Add("Idempotency-Key", key ?? Guid.CreateVersion7().ToString());
        return await client.SendAsync(request);
    }

    /// <summary>Sends JSON and reads the answer, which must be a success.</summary>
    public static async Task<JsonElement> Do(this HttpClient client, string path, object? body = null)
    {
        using var answer = await client.Send(path, body);
        return await Read(answer, path);
    }

    /// <summary>Proposes something that waits for a second person, who approves it.</summary>
    public static async Task<JsonElement> DoWith(this HttpClient proposer, HttpClient approver, string path, object body)
    {
        var proposal = await proposer.Do(path, body);
        Demand(proposal.TryGetProperty("state", out var state) && state.GetString() == "waiting", $"{path}: {proposal}");
        return await approver.Do($"/api/v1/approvals/{proposal.GetProperty("id").GetGuid()}/approve", new { });
    }

    /// <summary>Gets JSON, which must be there.</summary>
    public static async Task<JsonElement> Get(this HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        return await Read(answer, path);
    }

    /// <summary>The status of a GET.</summary>
    public static async Task<HttpStatusCode> Status(this HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode;
    }

    /// <summary>The problem that sending JSON is answered with.</summary>
    public static async Task<Problem> Refused(this HttpClient client, string path, object? body = null)
    {
        using var answer = await client.Send(path, body);
        return await answer.Problem();
    }

    /// <summary>The problem that a GET is answered with.</summary>
    public static async Task<Problem> RefusedToGet(this HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        return await answer.Problem();
    }

    /// <summary>Reads an answer of problem+json.</summary>
    public static async Task<Problem> Problem(this HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Demand(answer.Content.Headers.ContentType?.MediaType == "application/problem+json",
            $"No problem, but {(int)answer.StatusCode} {answer.Content.Headers.ContentType} {text}");
        var problem = JsonDocument.Parse(text).RootElement;
        return new(answer.StatusCode, problem.GetProperty("type").GetString()!["/problems/".Length..],
            problem.TryGetProperty("errors", out var errors)
                ? [.. errors.EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal)] : []);
    }

    /// <summary>Fills a page's form in and sends it, with what the page hides in it.</summary>
    public static async Task<HttpResponseMessage> PostForm(
        this HttpClient browser, string path, string form, params (string Name, string Value)[] fields)
    {
        var page = await browser.GetStringAsync(new Uri(path, UriKind.Relative));
        return await browser.SendForm(path, page, form, fields);
    }

    /// <summary>Fills in a form of a page that was opened before.</summary>
    public static async Task<HttpResponseMessage> SendForm(
        this HttpClient browser, string path, string page, string form, params (string Name, string Value)[] fields)
    {
        var html = Forms().Matches(page).Select(m => m.Value).FirstOrDefault(
            f => f.Contains($"value=\"{form}\"", StringComparison.Ordinal)
                || f.Contains($"action=\"{form}\"", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"{path} has no form {form}.");
        var sent = Hidden().Matches(html).ToDictionary(
            m => Attribute(m.Value, "name"), m => Attribute(m.Value, "value"), StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            sent[name] = value;
        }
        var action = Attribute(html[..html.IndexOf('>', StringComparison.Ordinal)], "action");
        using var content = new FormUrlEncodedContent(sent);
        return await browser.PostAsync(new Uri(action.Length == 0 ? path : action, UriKind.Relative), content);
    }

    /// <summary>The forms of a page by which something is changed, each with the fields that a visitor fills in.</summary>
    public static IReadOnlyList<PageForm> FormsOf(string page) =>
        [.. Forms().Matches(page).Select(form => form.Value).Where(Posts).Select(form => new PageForm(
            Attribute(Hidden().Matches(form).Select(m => m.Value).Single(m => Attribute(m, "name") == "_handler"), "value"),
            [.. Fields().Matches(form).Select(m => m.Value).Where(IsVisible).Select(m => Attribute(m, "name")).Distinct()]))];

    /// <summary>The page as text, with its marks of HTML resolved.</summary>
    public static async Task<string> Page(this HttpClient browser, string path) =>
        WebUtility.HtmlDecode(await browser.GetStringAsync(new Uri(path, UriKind.Relative)));

    // Those without a handler of their own, such as signing out, are sent to another address.
    private static bool Posts(string form) => form.Contains("name=\"_handler\"", StringComparison.Ordinal);

    private static bool IsVisible(string field) =>
        Attribute(field, "type") is not ("hidden" or "submit") && Attribute(field, "name").Length > 0;

    private static HttpContent? Content(object? body) => body switch
    {
        null => null,
        HttpContent content => content,
        _ => JsonContent.Create(body),
    };

    private static async Task<JsonElement> Read(HttpResponseMessage answer, string path)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Demand(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private static void Demand(bool met, string otherwise)
    {
        if (!met)
        {
            throw new InvalidOperationException(otherwise);
        }
    }

    private static string Attribute(string tag, string name)
    {
        var match = Regex.Match(tag, $"\\b{name}=\"([^\"]*)\"");
        return match.Success ? WebUtility.HtmlDecode(match.Groups[1].Value) : "";
    }

    [GeneratedRegex("<form\\b.*?</form>", RegexOptions.Singleline)]
    private static partial Regex Forms();

    [GeneratedRegex("<(input|select|textarea)\\b[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Fields();

    [GeneratedRegex("<input\\b[^>]*type=\"hidden\"[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Hidden();
}

/// <summary>A form of a page.</summary>
/// <param name="Name">By which the page knows it.</param>
/// <param name="Fields">Those that a visitor fills in.</param>
public sealed record PageForm(string Name, IReadOnlyList<string> Fields);

/// <summary>An answer of problem+json.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Code">The code of the refusal.</param>
/// <param name="Fields">The fields that it names, in order.</param>
public sealed record Problem(HttpStatusCode Status, string Code, IReadOnlyList<string> Fields);
