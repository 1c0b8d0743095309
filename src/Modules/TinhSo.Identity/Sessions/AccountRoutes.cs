using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinhSo.Identity.People;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Sessions;

/// <summary>The caller's own account as JSON.</summary>
internal static class AccountRoutes
{
    internal sealed record PasswordBody(string? Old, string? Changed);

    public static void Map(IEndpointRouteBuilder account)
    {
        account.MapGet("/sessions", List).Requires(KeepSessions.Permission)
            .WithSummary("Where the caller is signed in, newest first").Produces<IReadOnlyList<Session>>();
        account.MapPost("/sessions/{id:guid}/end", End).Requires(KeepSessions.Permission)
            .WithSummary("Sign out there, at once").Produces(204).ProducesProblem(404);
        account.MapPost("/sessions/end-others", EndOthers).Requires(KeepSessions.Permission)
            .WithSummary("Sign out everywhere else, at once").Produces(204);
        account.MapPost("/password", ChangePassword).Requires(KeepSessions.Permission)
            .WithSummary("Change the password, and sign out everywhere else").Produces(204).ProducesProblem(400);
    }

    private static async Task<IResult> List(KeepSessions sessions, CancellationToken stop) =>
        TypedResults.Ok(await sessions.Mine(stop));

    private static async Task<IResult> End(Guid id, KeepSessions sessions, CancellationToken stop) =>
        (await sessions.EndMine(id, stop)).Match<IResult>(
            _ => TypedResults.NoContent(), refusal => refusal.ToProblem());

    private static async Task<IResult> EndOthers(KeepSessions sessions, CancellationToken stop)
    {
        await sessions.EndOthers(stop);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> ChangePassword(
        PasswordBody body, RegisterPerson people, KeepSessions sessions, CancellationToken stop)
    {
        if ((await people.ChangePassword(body.Old, body.Changed, stop)).IsRefused(out var refusal, out _))
        {
            return refusal.ToProblem();
        }
        await sessions.EndOthers(stop);
        return TypedResults.NoContent();
    }
}
