using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Suspense;

namespace TinhSo.Payments.Api;

/// <summary>Suspense as JSON: the twins of the work list and its pages.</summary>
internal static class SuspenseRoutes
{
    public static void Map(IEndpointRouteBuilder payments)
    {
        payments.MapGet("/suspense", List).Requires(SuspenseDesk.Permission)
            .WithSummary("Money whose purpose must be found out, newest first")
            .Produces<Page<SuspenseLine>>();
        payments.MapPost("/suspense/{id:guid}/assign", Assign).Requires(SuspenseDesk.Permission).WithIdempotency()
            .WithSummary("Pay a request with all that waits").Produces<ActionAnswer>().ProducesProblem(409);
        payments.MapPost("/suspense/{id:guid}/split", Split).Requires(SuspenseDesk.Permission).WithIdempotency()
            .WithSummary("Pay a request with a part of what waits").Produces<ActionAnswer>().ProducesProblem(409);
        payments.MapPost("/suspense/{id:guid}/return", Return).Requires(SuspenseDesk.Permission).WithIdempotency()
            .WithSummary("Propose to send back what waits").Produces<ActionAnswer>().ProducesProblem(409);
        payments.MapPost("/suspense/{id:guid}/approve", Approve).Requires(SuspenseDesk.ApprovePermission)
            .WithIdempotency().WithSummary("Approve or reject a return that another person proposed")
            .Produces<ActionAnswer>().ProducesProblem(403);
    }

    private static async Task<IResult> List(FindSuspense find, CancellationToken stop, string? state = null,
        string? reason = null, string? cursor = null, int limit = 50)
    {
        var errors = new FieldErrors();
        var wantedState = string.IsNullOrEmpty(state)
            ? (SuspenseState?)null
            : errors.Choice<SuspenseState>("state", state);
        var wantedReason = string.IsNullOrEmpty(reason)
            ? (SuspenseReason?)null
            : errors.Choice<SuspenseReason>("reason", reason);
        if (errors.Any)
        {
            return errors.ToRefusal().ToProblem();
        }
        var page = await find.List(wantedState, wantedReason, cursor, limit, stop);
        return page.Match<IResult>(TypedResults.Ok, refusal => refusal.ToProblem());
    }

    private static async Task<IResult> Assign(Guid id, AssignBody body, SuspenseDesk desk, CancellationToken stop) =>
        Answer(await desk.Assign(body.ActionId, id, body.Code, body.Reason, stop));

    private static async Task<IResult> Split(Guid id, AssignBody body, SuspenseDesk desk, CancellationToken stop) =>
        Answer(await desk.Split(body.ActionId, id, body.Code, body.Reason, stop));

    private static async Task<IResult> Return(Guid id, ReturnBody body, SuspenseDesk desk, CancellationToken stop) =>
        Answer(await desk.ProposeReturn(body.ActionId, id, body.Reason, stop));

    private static async Task<IResult> Approve(Guid id, ApproveBody body, SuspenseDesk desk, CancellationToken stop) =>
        Answer(await desk.Answer(id, body.ActionId, body.Approved, stop));

    private static IResult Answer(Outcome<SuspenseAction> outcome) => outcome.Match<IResult>(
        action => TypedResults.Ok(ActionAnswer.Of(action)), refusal => refusal.ToProblem());

    internal sealed record AssignBody(Guid ActionId, string? Code, string? Reason);

    internal sealed record ReturnBody(Guid ActionId, string? Reason);

    internal sealed record ApproveBody(Guid ActionId, bool Approved = true);

    internal sealed record ActionAnswer(Guid Id, SuspenseActionKind Kind, long Amount, Guid? RequestId, string Reason,
        StepState State, string AskedBy, string? ApprovedBy, DateTimeOffset? DoneAt)
    {
        public static ActionAnswer Of(SuspenseAction action) => new(action.Id, action.Kind, action.Amount,
            action.RequestId, action.Reason, action.State, action.AskedBy, action.ApprovedBy, action.DoneAt);
    }
}
