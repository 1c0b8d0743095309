namespace TinhSo.Host.Web;

/// <summary>Tells browsers to run and show nothing that does not come from this site, and to keep no answer of the API.
/// </summary>
internal sealed class SafetyHeaders(RequestDelegate next)
{
    private const string Policy =
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        + "frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext http)
    {
        // Set when the answer begins: an error on the way empties what was set before.
        http.Response.OnStarting(Set, http);
        return next(http);
    }

    private static Task Set(object of)
    {
        var http = (HttpContext)of;
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        // For browsers of old phones, which do not know frame-ancestors.
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (http.Request.Path.StartsWithSegments("/api"))
        {
            headers.CacheControl = headers.CacheControl is { Count: > 0 } said ? said : "no-store";
            // A browser led here shows nothing of it as a page.
            headers.ContentDisposition = headers.ContentDisposition is { Count: > 0 } named
                ? named : "attachment; filename=\"api.json\"";
        }
        return Task.CompletedTask;
    }
}
