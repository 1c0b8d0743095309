using Microsoft.AspNetCore.Http;

namespace TinhSo.Kernel.Http;

/// <summary>The status of a page that says in its own words what is not there or not allowed.</summary>
public static class PageStatus
{
    /// <summary>Answers with a status and with the page as it is drawn.</summary>
    /// <remarks>
    /// Set at once, 404 would make the framework throw the page away and leave an error page to be shown in its place:
    /// the receipt that is forged, the form with the mistyped code would be lost.
    /// </remarks>
    public static void AnswersWith(this HttpContext http, int status) => http.Response.OnStarting(() =>
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    });
}
