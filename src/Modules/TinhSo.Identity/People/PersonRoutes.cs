using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.People;

/// <summary>People's data as JSON.</summary>
internal static class PersonRoutes
{
    internal sealed record ShowBody(string? Reason, string? Purpose);

    public static void Map(IEndpointRouteBuilder people) =>
        people.MapPost("/{id:guid}/personal-data", Show).Requires(KeepPersonalRecord.ShowPermission)
            .WithSummary("See a person's data in full; that, and what for, is recorded where the person sees it")
            .Produces<PersonalRecord>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);

    private static async Task<IResult> Show(
        Guid id, ShowBody body, KeepPersonalRecord data, CancellationToken stop) =>
        (await data.Show(id, body.Reason, body.Purpose, stop)).Match<IResult>(
            TypedResults.Ok, refusal => refusal.ToProblem());
}
