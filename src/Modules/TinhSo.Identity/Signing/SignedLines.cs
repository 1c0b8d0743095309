using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace TinhSo.Identity.Signing;

/// <summary>What a signature is made over: the covered parts of a request, line by line (RFC 9421, 2.5).</summary>
internal static class SignedLines
{
    /// <summary>Whether it covers what is asked for, where, and with which body.</summary>
    public static bool CoversAll(SignatureInput input) =>
        input.Components.Contains("@method") && input.Components.Contains("content-digest")
        && (input.Components.Contains("@target-uri")
            || (input.Components.Contains("@path") && input.Components.Contains("@query")));

    /// <summary>The lines, in ASCII; null when something is covered that the request does not have.</summary>
    public static byte[]? Of(HttpRequest request, SignatureInput input)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (string.IsNullOrEmpty(target))
        {
            target = request.PathBase.ToUriComponent() + request.Path.ToUriComponent() + request.QueryString;
        }
        if (!target.StartsWith('/'))
        {
            return null;
        }
        var lines = new StringBuilder();
        foreach (var name in input.Components)
        {
            if (ValueOf(request, target, name) is not { } value)
            {
                return null;
            }
            lines.Append('"').Append(name).Append("\": ").Append(value).Append('\n');
        }
        var text = lines.Append("\"@signature-params\": ").Append(input.Written).ToString();
        return Ascii.IsValid(text) ? Encoding.ASCII.GetBytes(text) : null;
    }

    private static string? ValueOf(HttpRequest request, string target, string name)
    {
        var at = target.IndexOf('?', StringComparison.Ordinal);
        return name switch
        {
            "@method" => request.Method,
            "@scheme" => request.Scheme,
            "@authority" => Authority(request),
            "@target-uri" => $"{request.Scheme}://{Authority(request)}{target}",
            "@request-target" => target,
            "@path" => at < 0 ? target : target[..at],
            // An absent query is written as the mark alone.
            "@query" => at < 0 ? "?" : target[at..],
            ['@', ..] => null,
            _ => Header(request, name),
        };
    }

    // Lower case, and without the port that goes without saying.
    private static string Authority(HttpRequest request)
    {
        var isUsual = request.Host.Port is null || request.Host.Port == (request.IsHttps ? 443 : 80);
        return (isUsual ? request.Host.Host : request.Host.Value!).ToLowerInvariant();
    }

    private static string? Header(HttpRequest request, string name) =>
        name.All(sign => char.IsAsciiLetterLower(sign) || char.IsAsciiDigit(sign) || sign is '-' or '_')
        && request.Headers.TryGetValue(name, out var values)
            ? string.Join(", ", values.Select(value => value?.Trim())) : null;
}
