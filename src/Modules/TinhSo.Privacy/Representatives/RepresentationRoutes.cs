using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel.Http;

namespace TinhSo.Privacy.Representatives;

/// <summary>Who represents whom, as JSON.</summary>
internal static class RepresentationRoutes
{
    internal sealed record RepresentationBody(
        string? UserName, string? Kind, string? ValidFrom, string? ValidTo, string? Proof);

    public static void MapApi(IEndpointRouteBuilder privacy)
    {
        privacy.MapGet("/people/{id:guid}/representatives", List).Requires(Represent.Permission)
            .WithSummary("Who represents a person, and did").Produces<IReadOnlyList<RepresentationView>>();
        privacy.MapPost("/people/{id:guid}/representatives", Record).Requires(Represent.Permission).WithIdempotency()
            .WithSummary("Record who represents a person, with the proof that was seen")
            .Produces<RepresentationView>().ProducesProblem(400).ProducesProblem(404);
        privacy.MapPost("/representatives/{id:guid}/end", End).Requires(Represent.Permission)
            .WithSummary("End a representation at once").Produces<RepresentationView>().ProducesProblem(404);
    }

    private static async Task<IResult> List(Guid id, Represent represent, CancellationToken stop) =>
        (await represent.Of(id, stop)).Match<IResult>(TypedResults.Ok, refusal => refusal.ToProblem());

    private static async Task<IResult> Record(
        Guid id, RepresentationBody body, Represent represent, CancellationToken stop) =>
        Answer(await represent.Record(new RepresentationOrder(
            id, body.UserName, body.Kind, body.ValidFrom, body.ValidTo, body.Proof), stop));

    private static async Task<IResult> End(Guid id, Represent represent, CancellationToken stop) =>
        Answer(await represent.End(id, stop));

    private static IResult Answer(Outcome<RepresentationView> outcome) =>
        outcome.Match<IResult>(TypedResults.Ok, refusal => refusal.ToProblem());
}
