using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Refunds;

namespace TinhSo.Payments.Api;

/// <summary>Refunds as JSON.</summary>
internal static class RefundRoutes
{
    public static void Map(IEndpointRouteBuilder payments)
    {
        payments.MapPost("/refunds", Propose).Requires(RefundDesk.Permission).WithIdempotency()
            .WithSummary("Propose to give a payment back, in part or whole")
            .Produces<RefundAnswer>(201).ProducesProblem(409);
        payments.MapPost("/refunds/{id:guid}/approve", Approve).Requires(RefundDesk.ApprovePermission).WithIdempotency()
            .WithSummary("Approve or reject a refund that another person proposed")
            .Produces<RefundAnswer>().ProducesProblem(403);
    }

    private static async Task<IResult> Propose(ProposeBody body, RefundDesk desk, CancellationToken stop)
    {
        var proposed = await desk.Propose(body.Id, body.PaymentId, body.Amount, body.Reason, stop);
        return proposed.Match<IResult>(
            refund => TypedResults.Created($"/api/v1/payments/refunds/{refund.Id}", RefundAnswer.Of(refund)),
            refusal => refusal.ToProblem());
    }

    private static async Task<IResult> Approve(Guid id, ApproveBody body, RefundDesk desk, CancellationToken stop)
    {
        var answered = await desk.Answer(id, body.Approved, stop);
        return answered.Match<IResult>(
            refund => TypedResults.Ok(RefundAnswer.Of(refund)), refusal => refusal.ToProblem());
    }

    internal sealed record ProposeBody(Guid Id, Guid PaymentId, long Amount, string? Reason);

    internal sealed record ApproveBody(bool Approved = true);

    internal sealed record RefundAnswer(Guid Id, Guid PaymentId, long Amount, string Reason, StepState State,
        string ProposedBy, DateTimeOffset ProposedAt, string? ApprovedBy, DateTimeOffset? RefundedAt)
    {
        public static RefundAnswer Of(Refund refund) => new(refund.Id, refund.PaymentId, refund.Amount, refund.Reason,
            refund.State, refund.ProposedBy, refund.ProposedAt, refund.ApprovedBy, refund.RefundedAt);
    }
}
