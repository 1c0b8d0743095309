using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinhSo.Identity.Passkeys;
using TinhSo.Identity.Providers;
using TinhSo.Identity.Sessions;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.SecondFactors;

/// <summary>The caller's own second factors as JSON.</summary>
internal static class FactorRoutes
{
    internal sealed record CodeBody(string? Code);

    public static void Map(IEndpointRouteBuilder account)
    {
        account.MapGet("/factors", Read).Requires(KeepSessions.Permission)
            .WithSummary("What the caller can sign in with beside the password").Produces<OwnFactors>();
        account.MapPost("/authenticator", Begin).Requires(KeepSessions.Permission)
            .WithSummary("Begin to set up an app that shows codes").Produces<AuthenticatorToScan>()
            .ProducesProblem(403);
        account.MapPost("/authenticator/confirm", Confirm).Requires(KeepSessions.Permission)
            .WithSummary("Make the app count, by a code of it; the first time recovery codes are given, once")
            .Produces<FactorAdded>().ProducesProblem(400);
        account.MapDelete("/authenticator", Remove).Requires(KeepSessions.Permission)
            .WithSummary("Sign in without the app from now on").Produces<OwnFactors>().ProducesProblem(403);
        account.MapPost("/recovery-codes", Renew).Requires(KeepSessions.Permission)
            .WithSummary("Make new recovery codes; those from before open nothing any more")
            .Produces<FactorAdded>().ProducesProblem(409);
        account.MapGet("/passkeys", Passkeys).Requires(KeepSessions.Permission)
            .WithSummary("The caller's passkeys; browsers add them on the page").Produces<IReadOnlyList<Passkey>>();
        account.MapDelete("/passkeys/{id:guid}", RemovePasskey).Requires(KeepSessions.Permission)
            .WithSummary("Let a passkey open nothing any more").Produces(204).ProducesProblem(404);
        account.MapDelete("/providers/{provider}", Unlink).Requires(KeepSessions.Permission)
            .WithSummary("Be no longer signed in by an identity provider, unless there is no other way")
            .Produces(204).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> Read(Factors factors, ICaller caller, CancellationToken stop) =>
        TypedResults.Ok(await factors.Of(caller.PersonId!.Value, stop));

    private static async Task<IResult> Begin(SetAuthenticator app, CancellationToken stop) =>
        Told(await app.Begin(stop));

    private static async Task<IResult> Confirm(CodeBody body, SetAuthenticator app, CancellationToken stop) =>
        Told(await app.Confirm(body.Code, stop));

    private static async Task<IResult> Remove(SetAuthenticator app, CancellationToken stop) =>
        Told(await app.Remove(stop));

    private static async Task<IResult> Renew(Factors factors, CancellationToken stop) =>
        Told(await factors.RenewRecoveryCodes(stop));

    private static async Task<IResult> Passkeys(UsePasskeys passkeys, CancellationToken stop) =>
        TypedResults.Ok(await passkeys.Mine(stop));

    private static async Task<IResult> RemovePasskey(Guid id, UsePasskeys passkeys, CancellationToken stop) =>
        (await passkeys.Remove(id, stop)).Match<IResult>(_ => TypedResults.NoContent(), refusal => refusal.ToProblem());

    private static async Task<IResult> Unlink(string provider, LinkPerson links, CancellationToken stop) =>
        (await links.Unlink(provider, stop)).Match<IResult>(
            _ => TypedResults.NoContent(), refusal => refusal.ToProblem());

    private static IResult Told<T>(Outcome<T> outcome) where T : class =>
        outcome.Match<IResult>(given => TypedResults.Ok(given), refusal => refusal.ToProblem());
}
