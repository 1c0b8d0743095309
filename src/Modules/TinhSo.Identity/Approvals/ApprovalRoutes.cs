using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Approvals;

/// <summary>Proposals as JSON.</summary>
internal static class ApprovalRoutes
{
    internal sealed record DecisionBody(string? Note);

    public static void Map(IEndpointRouteBuilder api)
    {
        var approvals = api.MapGroup("/approvals").WithTags("Approvals");
        approvals.MapGet("", List).Requires(FindProposals.Permission)
            .WithSummary("Proposals that wait for the caller, that the caller made, or that are past; newest first");
        approvals.MapGet("/{id:guid}", Find).Requires(FindProposals.Permission)
            .WithSummary("One proposal, with what was before and would be after");
        approvals.MapPost("/{id:guid}/approve", Approve).Requires(DecideProposal.Permission).WithIdempotency()
            .WithSummary("Approve what another person proposed; it is carried out at once");
        approvals.MapPost("/{id:guid}/reject", Reject).Requires(DecideProposal.Permission).WithIdempotency()
            .WithSummary("Reject what another person proposed, or withdraw one's own");
    }

    private static async Task<Results<Ok<Page<Proposal>>, ProblemHttpResult>> List(FindProposals find,
        CancellationToken stop, string? view = null, string? q = null, string? cursor = null, int limit = 50) =>
        (await find.List(view, q, cursor, limit, stop)).Match<Results<Ok<Page<Proposal>>, ProblemHttpResult>>(
            page => TypedResults.Ok(page), refusal => refusal.ToProblem());

    private static async Task<Results<Ok<Proposal>, ProblemHttpResult>> Find(
        Guid id, FindProposals find, CancellationToken stop) =>
        await find.Find(id, stop) is { } proposal
            ? TypedResults.Ok(proposal) : KernelRefusals.NotFound.ToProblem();

    private static async Task<Results<Ok<Proposal>, ProblemHttpResult>> Approve(
        Guid id, DecisionBody body, DecideProposal decide, CancellationToken stop) =>
        Answer(await decide.Approve(id, body.Note, stop));

    private static async Task<Results<Ok<Proposal>, ProblemHttpResult>> Reject(
        Guid id, DecisionBody body, DecideProposal decide, CancellationToken stop) =>
        Answer(await decide.Reject(id, body.Note, stop));

    private static Results<Ok<Proposal>, ProblemHttpResult> Answer(Outcome<Proposal> outcome) =>
        outcome.Match<Results<Ok<Proposal>, ProblemHttpResult>>(
            proposal => TypedResults.Ok(proposal), refusal => refusal.ToProblem());
}
