using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Webhooks;

/// <summary>Receivers of messages, and what was sent to them, as JSON.</summary>
/// <remarks>
/// What shows a secret asks for no Idempotency-Key, under which answers are kept: it must be kept nowhere.
/// </remarks>
internal static class WebhookRoutes
{
    internal sealed record WebhookBody(
        Guid? Id, string? Unit, string? Name, string? Url, IReadOnlyList<string?>? Events);

    public static void Map(RouteGroupBuilder webhooks)
    {
        const string Needed = KeepWebhooks.Permission;
        webhooks.MapGet("", List).Requires(Needed).WithSummary("Receivers of messages about bills and money")
            .Produces<IReadOnlyList<WebhookView>>();
        webhooks.MapPost("", Register).Requires(Needed)
            .WithSummary("Register a receiver, and get the secret of its signatures, which is shown this once")
            .Produces<IssuedSecret>(201).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        webhooks.MapGet("/{id:guid}", Find).Requires(Needed).WithSummary("One receiver")
            .Produces<WebhookView>().ProducesProblem(404);
        webhooks.MapPost("/{id:guid}/secret", NewSecret).Requires(Needed)
            .WithSummary("Get a new secret, shown this once; messages are signed with the old one too for a day")
            .Produces<IssuedSecret>().ProducesProblem(404).ProducesProblem(409);
        webhooks.MapPost("/{id:guid}/test", SendTest).Requires(Needed).WithIdempotency()
            .WithSummary("Send a message that only says that it is a test").Produces(204).ProducesProblem(404);
        webhooks.MapPost("/{id:guid}/pause", Pause).Requires(Needed).WithIdempotency()
            .WithSummary("Let messages wait").Produces(204).ProducesProblem(404);
        webhooks.MapPost("/{id:guid}/resume", Resume).Requires(Needed).WithIdempotency()
            .WithSummary("Let messages go out again").Produces(204).ProducesProblem(404);
        webhooks.MapPost("/{id:guid}/end", End).Requires(Needed).WithIdempotency()
            .WithSummary("End a receiver for ever").Produces(204).ProducesProblem(404);
        webhooks.MapGet("/{id:guid}/messages", Messages).Requires(Needed)
            .WithSummary("What was and will be sent to a receiver, newest first")
            .Produces<Page<MessageLine>>().ProducesProblem(400).ProducesProblem(404);
        webhooks.MapPost("/{id:guid}/replay-dead", ReplayDead).Requires(Needed).WithIdempotency()
            .WithSummary("Send all that was given up once more").Produces<ReplayedMessages>().ProducesProblem(404);
        webhooks.MapGet("/messages/{id:guid}", Message).Requires(Needed)
            .WithSummary("One message with its attempts").Produces<MessageView>().ProducesProblem(404);
        webhooks.MapPost("/messages/{id:guid}/replay", Replay).Requires(Needed).WithIdempotency()
            .WithSummary("Send a message once more, under the same id").Produces<MessageView>().ProducesProblem(404);
    }

    private static async Task<IResult> List(FindMessages find, CancellationToken stop) =>
        TypedResults.Ok(await find.List(stop));

    private static async Task<IResult> Register(WebhookBody body, KeepWebhooks keep, CancellationToken stop) =>
        (await keep.Register(
            new(body.Id ?? Guid.Empty, body.Unit, body.Name, body.Url, body.Events), stop)).Match<IResult>(
            issued => TypedResults.Created($"/api/v1/webhooks/{issued.Id}", issued), refusal => refusal.ToProblem());

    private static async Task<IResult> Find(Guid id, FindMessages find, CancellationToken stop) =>
        await find.Find(id, stop) is { } one ? TypedResults.Ok(one) : KernelRefusals.NotFound.ToProblem();

    private static async Task<IResult> NewSecret(Guid id, KeepWebhooks keep, CancellationToken stop) =>
        Told(await keep.NewSecret(id, stop));

    private static async Task<IResult> SendTest(Guid id, KeepWebhooks keep, CancellationToken stop) =>
        Done(await keep.SendTest(id, stop));

    private static async Task<IResult> Pause(Guid id, KeepWebhooks keep, CancellationToken stop) =>
        Done(await keep.Pause(id, paused: true, stop));

    private static async Task<IResult> Resume(Guid id, KeepWebhooks keep, CancellationToken stop) =>
        Done(await keep.Pause(id, paused: false, stop));

    private static async Task<IResult> End(Guid id, KeepWebhooks keep, CancellationToken stop) =>
        Done(await keep.End(id, stop));

    private static async Task<IResult> Messages(Guid id, FindMessages find, CancellationToken stop,
        string? state = null, string? q = null, string? cursor = null, int limit = 50) =>
        Told(await find.Messages(id, state, q, cursor, limit, stop));

    private static async Task<IResult> ReplayDead(Guid id, FindMessages find, CancellationToken stop) =>
        Told(await find.ReplayDead(id, stop));

    private static async Task<IResult> Message(Guid id, FindMessages find, CancellationToken stop) =>
        await find.Message(id, stop) is { } one ? TypedResults.Ok(one) : KernelRefusals.NotFound.ToProblem();

    private static async Task<IResult> Replay(Guid id, FindMessages find, CancellationToken stop) =>
        Told(await find.Replay(id, stop));

    private static IResult Told<T>(Outcome<T> outcome) where T : class =>
        outcome.Match<IResult>(given => TypedResults.Ok(given), refusal => refusal.ToProblem());

    private static IResult Done<T>(Outcome<T> outcome) where T : class =>
        outcome.Match<IResult>(_ => TypedResults.NoContent(), refusal => refusal.ToProblem());
}
