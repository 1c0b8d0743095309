using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace TinhSo.Identity.Sessions;

/// <summary>Takes whoever comes by a session that has ended for somebody who is not signed in.</summary>
internal static class OpenSessionsOnly
{
    private const string Bearer = "Bearer ";

    /// <summary>For cookies.</summary>
    public static async Task Check(CookieValidatePrincipalContext context)
    {
        if (!await IsOpen(context.HttpContext, context.Principal))
        {
            context.RejectPrincipal();
        }
    }

    /// <summary>For bearer tokens, read once more for it: their handler has no later moment to ask.</summary>
    public static async Task Check(MessageReceivedContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            && context.Options.BearerTokenProtector.Unprotect(header[Bearer.Length..]) is { } ticket
            && !await IsOpen(context.HttpContext, ticket.Principal))
        {
            context.Fail("The session has ended.");
        }
    }

    private static async Task<bool> IsOpen(HttpContext http, ClaimsPrincipal? principal) =>
        Guid.TryParse(principal?.FindFirstValue(KeepSessions.Claim), out var id)
        && await http.RequestServices.GetRequiredService<KeepSessions>().IsOpen(id, http.RequestAborted);
}
