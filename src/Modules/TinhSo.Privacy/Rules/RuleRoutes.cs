using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel.Http;
using TinhSo.Privacy.Retention;

namespace TinhSo.Privacy.Rules;

/// <summary>Periods and purposes as JSON.</summary>
internal static class RuleRoutes
{
    public static void MapApi(IEndpointRouteBuilder privacy)
    {
        privacy.MapGet("/rules", List).Requires(KeepRules.Permission)
            .WithSummary("Periods of keeping and answering, newest first").Produces<IReadOnlyList<RuleView>>();
        privacy.MapPost("/rules", Set).Requires(KeepRules.Permission)
            .WithSummary("Set a period from a day on").Produces<RuleView>().ProducesProblem(400);
        privacy.MapGet("/purposes", Purposes).Requires(KeepRules.Permission)
            .WithSummary("What people may consent to, newest wording first").Produces<IReadOnlyList<PurposeView>>();
        privacy.MapPost("/purposes", Word).Requires(KeepRules.Permission)
            .WithSummary("Word a purpose, or word it anew").Produces<PurposeView>().ProducesProblem(400);
        privacy.MapGet("/retention-runs", Runs).Requires(KeepRules.Permission)
            .WithSummary("What was erased by the periods of keeping, newest first, at most 200")
            .Produces<IReadOnlyList<RetentionRunView>>();
    }

    private static async Task<IResult> List(KeepRules rules, CancellationToken stop) =>
        TypedResults.Ok(await rules.List(stop));

    private static async Task<IResult> Set(RuleOrder body, KeepRules rules, CancellationToken stop) =>
        (await rules.Set(body, stop)).Match<IResult>(TypedResults.Ok, refusal => refusal.ToProblem());

    private static async Task<IResult> Purposes(KeepRules rules, CancellationToken stop) =>
        TypedResults.Ok(await rules.Purposes(stop));

    private static async Task<IResult> Word(PurposeOrder body, KeepRules rules, CancellationToken stop) =>
        (await rules.Word(body, stop)).Match<IResult>(TypedResults.Ok, refusal => refusal.ToProblem());

    private static async Task<IResult> Runs(RetireOld retention, CancellationToken stop) =>
        TypedResults.Ok(await retention.Runs(200, stop));
}
