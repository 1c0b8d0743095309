using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using TinhSo.Identity.Access;
using TinhSo.Identity.Sessions;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.People;

/// <summary>People and their roles as JSON.</summary>
internal static class PeopleRoutes
{
    internal sealed record PersonBody(Guid Id, string? UserName, string? Name, string? Password);

    internal sealed record ShowBody(string? Reason, string? Purpose);

    internal sealed record RoleEnd(Guid? RoleId, string? Reason);

    internal sealed record PersonView(Guid Id, string UserName, string Name, IReadOnlyList<RoleLine> Roles);

    public static void Map(IEndpointRouteBuilder api)
    {
        var people = api.MapGroup("/people").WithTags("People");
        people.MapGet("", List).Requires(GiveRole.Permission).WithSummary("People who can sign in, by user name");
        people.MapPost("", Register).Requires(GiveRole.Permission).WithIdempotency()
            .WithSummary("Register a person, who holds no role yet");
        people.MapGet("/{id:guid}", Find).Requires(GiveRole.Permission)
            .WithSummary("One person, with the roles held, coming and ended");
        people.MapPost("/{id:guid}/roles", Give).Requires(GiveRole.Permission).WithIdempotency()
            .WithSummary("Propose to give a role at a unit, from a day on; another administrator approves");
        people.MapPost("/{id:guid}/roles/end", End).Requires(GiveRole.Permission).WithIdempotency()
            .WithSummary("Take a role away at once");
        people.MapPost("/{id:guid}/roles/move", Move).Requires(GiveRole.Permission).WithIdempotency()
            .WithSummary("Propose to move a role to another unit, where it ends at the old one at once");
        people.MapPost("/{id:guid}/sessions/end", EndSessions).Requires(GiveRole.Permission).WithIdempotency()
            .WithSummary("Sign the person out everywhere").Produces(204).ProducesProblem(404);
        people.MapPost("/{id:guid}/personal-data", Show).Requires(KeepPersonalRecord.ShowPermission)
            .WithSummary("See a person's data in full; that, and what for, is recorded where the person sees it")
            .Produces<PersonalRecord>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        api.MapGet("/units", ListUnits).Requires(GiveRole.Permission).WithTags("People")
            .WithSummary("Units at which roles can be given; communes, departments and agencies are told by code");
    }

    private static async Task<Ok<Page<PersonLine>>> List(FindPeople find, CancellationToken stop, string? q = null,
        string? cursor = null, int limit = 50) => TypedResults.Ok(await find.List(q, cursor, limit, stop));

    private static async Task<Ok<IReadOnlyList<NamedUnit>>> ListUnits(UnitNames units, CancellationToken stop) =>
        TypedResults.Ok(await units.Named(stop));

    private static async Task<IResult> Show(
        Guid id, ShowBody body, KeepPersonalRecord data, CancellationToken stop) =>
        (await data.Show(id, body.Reason, body.Purpose, stop)).Match<IResult>(
            TypedResults.Ok, refusal => refusal.ToProblem());

    private static async Task<Results<Created<PersonView>, ProblemHttpResult>> Register(
        PersonBody body, IIdentity identity, CancellationToken stop)
    {
        var order = new PersonOrder(body.Id, body.UserName ?? "", body.Name ?? "", body.Password ?? "");
        return (await identity.Register(order, stop)).Match<Results<Created<PersonView>, ProblemHttpResult>>(
            person => TypedResults.Created($"/api/v1/people/{person.Id}",
                new PersonView(person.Id, person.UserName, person.Name, [])),
            refusal => refusal.ToProblem());
    }

    private static async Task<Results<Ok<PersonView>, ProblemHttpResult>> Find(
        Guid id, IIdentity identity, HeldRoles held, CancellationToken stop) =>
        await identity.Find(id, stop) is { } person
            ? TypedResults.Ok(new PersonView(person.Id, person.UserName, person.Name, await held.History(id, stop)))
            : KernelRefusals.NotFound.ToProblem();

    private static async Task<Results<Ok<Proposal>, Accepted<Proposal>, ProblemHttpResult>> Give(
        Guid id, RoleOrder order, GiveRole give, CancellationToken stop) =>
        (await give.Propose(id, order, stop)).ToAnswer();

    private static async Task<Results<Ok<Proposal>, Accepted<Proposal>, ProblemHttpResult>> Move(
        Guid id, MoveOrder order, MoveRole move, CancellationToken stop) =>
        (await move.Propose(id, order, stop)).ToAnswer();

    private static async Task<Results<Ok<PersonView>, ProblemHttpResult>> End(
        Guid id, RoleEnd body, HeldRoles held, IIdentity identity, CancellationToken stop) =>
        (await held.End(id, body.RoleId, body.Reason, stop)).IsRefused(out var refusal, out _)
            ? refusal.ToProblem() : await Find(id, identity, held, stop);

    private static async Task<Results<NoContent, ProblemHttpResult>> EndSessions(
        Guid id, IIdentity identity, KeepSessions sessions, CancellationToken stop)
    {
        if (await identity.Find(id, stop) is null)
        {
            return KernelRefusals.NotFound.ToProblem();
        }
        await sessions.EndAllOf(id, stop);
        return TypedResults.NoContent();
    }
}
