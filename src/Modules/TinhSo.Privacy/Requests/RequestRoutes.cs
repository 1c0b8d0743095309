using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Privacy.Requests;

/// <summary>People's requests about their data as JSON, for officers.</summary>
internal static class RequestRoutes
{
    internal sealed record DecideBody(bool? Grant, string? Answer);

    public static void MapApi(IEndpointRouteBuilder privacy)
    {
        privacy.MapGet("/requests", List).Requires(DecideRequest.Permission)
            .WithSummary("What people ask about their data, due first in front")
            .Produces<Page<RequestView>>().ProducesProblem(400);
        privacy.MapGet("/requests/{id:guid}", Find).Requires(DecideRequest.Permission)
            .WithSummary("One request; that an officer looked is recorded")
            .Produces<RequestView>().ProducesProblem(404);
        privacy.MapPost("/requests/{id:guid}/decide", Decide).Requires(DecideRequest.Permission)
            .WithSummary("Carry a request out, or refuse it with the reason")
            .Produces<RequestView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> List(DecideRequest requests, CancellationToken stop, string? state = null,
        string? cursor = null, int limit = 50) =>
        (await requests.List(state, cursor, limit, stop)).Match<IResult>(
            TypedResults.Ok, refusal => refusal.ToProblem());

    private static async Task<IResult> Find(Guid id, DecideRequest requests, CancellationToken stop) =>
        (await requests.Find(id, stop)).Match<IResult>(TypedResults.Ok, refusal => refusal.ToProblem());

    private static async Task<IResult> Decide(
        Guid id, DecideBody body, DecideRequest requests, CancellationToken stop) =>
        (await requests.Decide(id, body.Grant, body.Answer, stop)).Match<IResult>(
            TypedResults.Ok, refusal => refusal.ToProblem());
}
