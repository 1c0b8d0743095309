using Microsoft.AspNetCore.Http;

namespace TinhSo.Kernel.Http;

/// <summary>What a page's form sent, as it was typed, so that a refused form can be shown again unchanged.</summary>
public static class PostedForm
{
    /// <summary>The field's text, or null when no form was sent or it has no such field.</summary>
    public static string? Posted(this HttpContext http, string field) =>
        http.Request.HasFormContentType && http.Request.Form.TryGetValue(field, out var value)
            ? value.ToString() : null;
}
