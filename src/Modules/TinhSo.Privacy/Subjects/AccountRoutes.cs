using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel.Http;
using TinhSo.Privacy.Consents;
using TinhSo.Privacy.Requests;

namespace TinhSo.Privacy.Subjects;

/// <summary>What everybody may do about the own data, as JSON.</summary>
internal static class AccountRoutes
{
    internal sealed record ConsentBody(string? Purpose, Guid? PersonId);

    public static void MapApi(IEndpointRouteBuilder api)
    {
        var account = api.MapGroup("/account").WithTags("Privacy");
        account.MapGet("/consents", Consents).Requires(KeepConsents.Permission)
            .WithSummary("What the caller, or somebody the caller represents, has consented to")
            .Produces<IReadOnlyList<ConsentView>>().ProducesProblem(404);
        account.MapPost("/consents", Give).Requires(KeepConsents.Permission)
            .WithSummary("Consent to a purpose, in its present wording")
            .Produces<IReadOnlyList<ConsentView>>().ProducesProblem(400).ProducesProblem(409);
        account.MapPost("/consents/withdraw", Withdraw).Requires(KeepConsents.Permission)
            .WithSummary("Withdraw a consent").Produces<IReadOnlyList<ConsentView>>().ProducesProblem(400);
        account.MapGet("/personal-data", Collect).Requires(KeepConsents.Permission)
            .WithSummary("Everything that is held about the caller, and who looked at it").Produces<Subject>();
        account.MapGet("/data-requests", Mine).Requires(KeepConsents.Permission)
            .WithSummary("What the caller has asked about the own data").Produces<IReadOnlyList<RequestView>>();
        account.MapPost("/data-requests", Ask).Requires(KeepConsents.Permission)
            .WithSummary("Ask to correct, erase or restrict the own data")
            .Produces<RequestView>().ProducesProblem(400).ProducesProblem(409);
        account.MapPost("/data-requests/lift-restriction", Lift).Requires(KeepConsents.Permission)
            .WithSummary("Lift the own restriction at once").Produces(204);
    }

    public static void MapPages(IEndpointRouteBuilder root) =>
        root.MapGet("/account/privacy/data.json", Download).Requires(KeepConsents.Permission).ExcludeFromDescription();

    private static async Task<IResult> Consents(
        KeepConsents consents, ICaller caller, CancellationToken stop, Guid? personId = null) =>
        Answer(await consents.Of(personId ?? caller.PersonId!.Value, stop));

    private static async Task<IResult> Give(
        ConsentBody body, KeepConsents consents, ICaller caller, CancellationToken stop) => Answer(await consents.Give(
            body.PersonId ?? caller.PersonId!.Value, body.Purpose, ConsentChannel.Api, stop));

    private static async Task<IResult> Withdraw(
        ConsentBody body, KeepConsents consents, ICaller caller, CancellationToken stop) => Answer(
            await consents.Withdraw(body.PersonId ?? caller.PersonId!.Value, body.Purpose, ConsentChannel.Api, stop));

    private static async Task<IResult> Collect(CollectSubject subjects, ICaller caller, CancellationToken stop) =>
        TypedResults.Ok(await subjects.Collect(caller.PersonId!.Value, stop));

    private static async Task<IResult> Download(
        CollectSubject subjects, ICaller caller, HttpContext http, CancellationToken stop)
    {
        http.Response.Headers.ContentDisposition = "attachment; filename=\"tinhso-personal-data.json\"";
        return TypedResults.Ok(await subjects.Collect(caller.PersonId!.Value, stop));
    }

    private static async Task<IResult> Mine(AskAboutOwn asking, CancellationToken stop) =>
        TypedResults.Ok(await asking.Mine(stop));

    private static async Task<IResult> Ask(DataRequestOrder body, AskAboutOwn asking, CancellationToken stop) =>
        (await asking.Ask(body, stop)).Match<IResult>(TypedResults.Ok, refusal => refusal.ToProblem());

    private static async Task<IResult> Lift(AskAboutOwn asking, CancellationToken stop) =>
        (await asking.Lift(stop)).Match<IResult>(_ => TypedResults.NoContent(), refusal => refusal.ToProblem());

    private static IResult Answer(Outcome<IReadOnlyList<ConsentView>> outcome) =>
        outcome.Match<IResult>(TypedResults.Ok, refusal => refusal.ToProblem());
}
