using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using TinhSo.Identity.SecondFactors;
using TinhSo.Identity.Sessions;
using TinhSo.Identity.SignIn;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Providers;

/// <summary>The way to a provider of identities and back.</summary>
internal static class ProviderRoutes
{
    public static void Map(IEndpointRouteBuilder root)
    {
        var with = root.MapGroup("/sign-in/with/{provider}").AllowAnonymous()
            .RequireRateLimiting(IdentityModule.SignInLimit).ExcludeFromDescription();
        with.MapGet("", Go);
        with.MapGet("/back", Return);
    }

    private static async Task<IResult> Go(
        string provider, string? back, TrustedProviders providers, AskProvider ask, CancellationToken stop)
    {
        if (providers.Find(provider) is not { } trusted)
        {
            return TypedResults.NotFound();
        }
        return (await ask.Begin(trusted, back, stop)).Match<IResult>(
            address => TypedResults.Redirect(address), Refused);
    }

    private static async Task<IResult> Return(string provider, HttpContext http, AskProvider ask, LinkPerson link,
        KeepSessions sessions, CancellationToken stop)
    {
        if ((await ask.End(provider, http.Request.Query, stop)).IsRefused(out var refusal, out var proved)
            || (await link.Take(proved, stop)).IsRefused(out refusal, out var person))
        {
            return Refused(refusal);
        }
        await sessions.EndPresent(stop);
        await OpenSession.Begin(http, sessions, person, Proof.Provider);
        return TypedResults.LocalRedirect(proved.Back);
    }

    private static RedirectHttpResult Refused(Refusal refusal) =>
        TypedResults.LocalRedirect(Href.Of("/sign-in", ("refused", refusal.Code)));
}
