using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using TinhSo.Identity.Sessions;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Passkeys;

/// <summary>What pages ask before they ask the device.</summary>
/// <remarks>Both read a form field, which makes the framework check the antiforgery token.</remarks>
internal static class PasskeyRoutes
{
    private const string Json = "application/json";

    public static void Map(IEndpointRouteBuilder root)
    {
        root.MapPost("/sign-in/passkey", Use).AllowAnonymous()
            .RequireRateLimiting(IdentityModule.SignInLimit).ExcludeFromDescription();
        root.MapPost("/account/passkeys/new", New).Requires(KeepSessions.Permission).ExcludeFromDescription();
    }

    private static async Task<IResult> Use(
        UsePasskeys passkeys, [FromForm] string? credential, CancellationToken stop) =>
        TypedResults.Text(await passkeys.BeginUse(stop), Json);

    private static async Task<IResult> New(
        UsePasskeys passkeys, [FromForm] string? credential, CancellationToken stop) =>
        (await passkeys.BeginNew(stop)).Match<IResult>(
            options => TypedResults.Text(options, Json), refusal => refusal.ToProblem());
}
