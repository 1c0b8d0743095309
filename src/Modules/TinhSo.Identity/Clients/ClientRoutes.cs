using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Clients;

/// <summary>Service clients as JSON.</summary>
/// <remarks>
/// Nothing here asks for an Idempotency-Key, under which answers are kept: one that shows a key must be kept nowhere.
/// </remarks>
internal static class ClientRoutes
{
    private const int LimitMax = 200;

    internal sealed record ClientBody(Guid? Id, string? Name, string? Organisation, string? Unit,
        IReadOnlyList<string?>? Scopes, int? Days, string? PublicKey);

    internal sealed record KeyBody(int? Days);

    internal sealed record PublicKeyBody(string? PublicKey);

    public static void Map(IEndpointRouteBuilder clients)
    {
        clients.MapGet("", List).Requires(KeepClients.Permission).WithSummary("Service clients, newest first")
            .Produces<Page<ClientView>>().ProducesProblem(400);
        clients.MapPost("", Register).Requires(KeepClients.Permission)
            .WithSummary("Register a service client, and get its first key, which is shown this once")
            .Produces<IssuedKey>(201).ProducesProblem(400).ProducesProblem(409);
        clients.MapGet("/{id:guid}", Find).Requires(KeepClients.Permission).WithSummary("One service client")
            .Produces<ClientView>().ProducesProblem(404);
        clients.MapPost("/{id:guid}/keys", NewKey).Requires(KeepClients.Permission)
            .WithSummary("Get a second key to change over to, which is shown this once")
            .Produces<IssuedKey>(201).ProducesProblem(404).ProducesProblem(409);
        clients.MapPost("/{id:guid}/keys/{keyId:guid}/end", EndKey).Requires(KeepClients.Permission)
            .WithSummary("End a key at once").Produces(204).ProducesProblem(404);
        clients.MapPost("/{id:guid}/public-key", SetPublicKey).Requires(KeepClients.Permission)
            .WithSummary("Set what the client's signatures are checked with").Produces(204).ProducesProblem(400);
        clients.MapPost("/{id:guid}/end", End).Requires(KeepClients.Permission)
            .WithSummary("End a service client at once, with all its keys").Produces(204).ProducesProblem(404);
    }

    private static async Task<IResult> List(
        FindClients find, CancellationToken stop, string? cursor = null, int limit = 50) =>
        (await find.List(cursor, Math.Clamp(limit, 1, LimitMax), stop)).Match<IResult>(
            TypedResults.Ok, refusal => refusal.ToProblem());

    private static async Task<IResult> Register(ClientBody body, KeepClients clients, CancellationToken stop)
    {
        var id = body.Id ?? Guid.Empty;
        var issued = await clients.Register(new ClientOrder(id, body.Name, body.Organisation, body.Unit, body.Scopes,
            Typed(body.Days), body.PublicKey), stop);
        return issued.Match<IResult>(
            key => TypedResults.Created($"/api/v1/clients/{id}", key), refusal => refusal.ToProblem());
    }

    private static async Task<IResult> Find(Guid id, FindClients find, CancellationToken stop) =>
        await find.Find(id, stop) is { } client ? TypedResults.Ok(client) : KernelRefusals.NotFound.ToProblem();

    private static async Task<IResult> NewKey(Guid id, KeyBody body, KeepClients clients, CancellationToken stop) =>
        (await clients.NewKey(id, Typed(body.Days), stop)).Match<IResult>(
            key => TypedResults.Created($"/api/v1/clients/{id}", key), refusal => refusal.ToProblem());

    private static async Task<IResult> EndKey(Guid id, Guid keyId, KeepClients clients, CancellationToken stop) =>
        Done(await clients.EndKey(id, keyId, stop));

    private static async Task<IResult> SetPublicKey(
        Guid id, PublicKeyBody body, KeepClients clients, CancellationToken stop) =>
        Done(await clients.SetPublicKey(id, body.PublicKey, stop));

    private static async Task<IResult> End(Guid id, KeepClients clients, CancellationToken stop) =>
        Done(await clients.End(id, stop));

    private static string? Typed(int? days) => days?.ToString(CultureInfo.InvariantCulture);

    private static IResult Done(Outcome<ClientRow> outcome) =>
        outcome.Match<IResult>(_ => TypedResults.NoContent(), refusal => refusal.ToProblem());
}
