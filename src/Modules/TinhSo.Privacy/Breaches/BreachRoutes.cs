using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel.Http;

namespace TinhSo.Privacy.Breaches;

/// <summary>The record of breaches as JSON.</summary>
internal static class BreachRoutes
{
    internal sealed record NotifyBody(string? To);

    internal sealed record CloseBody(string? Lessons);

    public static void MapApi(IEndpointRouteBuilder privacy)
    {
        var breaches = privacy.MapGroup("/breaches");
        breaches.MapGet("", List).Requires(KeepBreaches.Permission)
            .WithSummary("Breaches, the most urgent first").Produces<IReadOnlyList<BreachView>>();
        breaches.MapPost("", Open).Requires(KeepBreaches.Permission).WithIdempotency()
            .WithSummary("Record a breach").Produces<BreachView>().ProducesProblem(400);
        breaches.MapGet("/{id:guid}", Find).Requires(KeepBreaches.Permission)
            .WithSummary("One breach, as the notice to the authority tells it")
            .Produces<BreachView>().ProducesProblem(404);
        breaches.MapPost("/{id:guid}", Amend).Requires(KeepBreaches.Permission)
            .WithSummary("Write down what is known by now")
            .Produces<BreachView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        breaches.MapPost("/{id:guid}/notified", Notify).Requires(KeepBreaches.Permission)
            .WithSummary("Record that the authority was notified")
            .Produces<BreachView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        breaches.MapPost("/{id:guid}/closed", Close).Requires(KeepBreaches.Permission)
            .WithSummary("Close a breach, with what was learnt")
            .Produces<BreachView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
    }

    public static void MapPages(IEndpointRouteBuilder root) =>
        root.MapGet("/privacy/breaches/{id:guid}/notice.json", Notice).Requires(KeepBreaches.Permission)
            .ExcludeFromDescription();

    private static async Task<IResult> Notice(
        Guid id, KeepBreaches breaches, HttpContext http, CancellationToken stop)
    {
        http.Response.Headers.ContentDisposition = "attachment; filename=\"breach-notice.json\"";
        return Answer(await breaches.Find(id, stop));
    }

    private static async Task<IResult> List(KeepBreaches breaches, CancellationToken stop) =>
        (await breaches.List(stop)).Match<IResult>(TypedResults.Ok, refusal => refusal.ToProblem());

    private static async Task<IResult> Open(BreachOrder body, KeepBreaches breaches, CancellationToken stop) =>
        Answer(await breaches.Open(body, stop));

    private static async Task<IResult> Find(Guid id, KeepBreaches breaches, CancellationToken stop) =>
        Answer(await breaches.Find(id, stop));

    private static async Task<IResult> Amend(
        Guid id, BreachOrder body, KeepBreaches breaches, CancellationToken stop) =>
        Answer(await breaches.Amend(id, body, stop));

    private static async Task<IResult> Notify(
        Guid id, NotifyBody body, KeepBreaches breaches, CancellationToken stop) =>
        Answer(await breaches.Notify(id, body.To, stop));

    private static async Task<IResult> Close(
        Guid id, CloseBody body, KeepBreaches breaches, CancellationToken stop) =>
        Answer(await breaches.Close(id, body.Lessons, stop));

    private static IResult Answer(Outcome<BreachView> outcome) =>
        outcome.Match<IResult>(TypedResults.Ok, refusal => refusal.ToProblem());
}
