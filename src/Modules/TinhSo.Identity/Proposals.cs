using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TinhSo.Identity.Approvals;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity;

/// <summary>Changes that one person proposes and another approves, by the same rules wherever it is needed.</summary>
public interface IProposals
{
    /// <summary>Proposes a change in the name of the present caller, who must be a person.</summary>
    /// <remarks>
    /// Whether the caller may ask for it is for the use case that calls this to check. Where nobody else may approve it
    /// and the proposer may, it is carried out at once, and recorded as done alone. The very same change proposed again
    /// by the same person while the first still waits answers with the first.
    /// </remarks>
    /// <param name="what">The change, of a type for which <c>AddProposals</c> was called; kept as JSON.</param>
    /// <param name="reason">Why, in 1 to 500 characters; the field <c>reason</c> of whoever asks.</param>
    /// <param name="stop">Ends the wait.</param>
    Task<Outcome<Proposal>> Propose<TWhat>(TWhat what, string? reason, CancellationToken stop) where TWhat : class;
}

/// <summary>Foresees and carries out one kind of change that two people decide.</summary>
/// <typeparam name="TWhat">What is proposed: a record that JSON can hold.</typeparam>
public interface ICarryOut<in TWhat> where TWhat : class
{
    /// <summary>What the change would do as things are now, or why it cannot be done.</summary>
    /// <remarks>
    /// Asked when it is proposed and again when it is approved: when the answers differ, the thing has changed since,
    /// and the approval is refused.
    /// </remarks>
    Task<Outcome<ProposedChange>> Foresee(TWhat what, CancellationToken stop);

    /// <summary>Carries it out, in the transaction of the approval; null, or why nothing is done at all.</summary>
    Task<Refusal?> CarryOut(TWhat what, Proposal proposal, CancellationToken stop);
}

/// <summary>What a proposed change would do.</summary>
/// <param name="Unit">At which it is approved, such as <c>market:0197…</c>.</param>
/// <param name="Title">The whole change in one line, without bank accounts, for lists.</param>
/// <param name="Lines">What is now and what would be, for whoever decides.</param>
public sealed record ProposedChange(string Unit, Text Title, IReadOnlyList<ProposedLine> Lines);

/// <summary>One thing that a change changes, or that must be known to decide about it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Before">As it is; a dash where there is nothing.</param>
/// <param name="After">As it would be.</param>
public sealed record ProposedLine(Text Name, Text Before, Text After)
{
    private static readonly Text None = new("–", "–");

    /// <summary>A line whose values read alike in both languages; null stands for nothing.</summary>
    public static ProposedLine Of(string vietnamese, string english, string? before, string? after) =>
        new(new(vietnamese, english), Plain(before), Plain(after));

    private static Text Plain(string? value) => value is null ? None : new(value, value);
}

/// <summary>The states of a proposal.</summary>
public enum ProposalState
{
    /// <summary>Nobody has decided yet.</summary>
    Waiting,

    /// <summary>Another person approved it, or nobody else could: it is carried out.</summary>
    Approved,

    /// <summary>Another person said no.</summary>
    Rejected,

    /// <summary>Its proposer took it back.</summary>
    Withdrawn,

    /// <summary>Nobody decided in time.</summary>
    Expired,
}

/// <summary>A change that somebody proposed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">Such as <c>identity.role</c>.</param>
/// <param name="KindName">The kind in words.</param>
/// <param name="Unit">At which it is approved.</param>
/// <param name="Title">The change in one line.</param>
/// <param name="Lines">What was when it was proposed, and what would be.</param>
/// <param name="Reason">Why, as the proposer says.</param>
/// <param name="State">How far it is.</param>
/// <param name="ProposedBy">As <see cref="ICaller.Signature"/>.</param>
/// <param name="ProposedByName">The proposer's name.</param>
/// <param name="ProposedAt">UTC.</param>
/// <param name="ExpiresAt">UTC; not decided by then, it cannot be approved any more.</param>
/// <param name="DecidedBy">As <see cref="ICaller.Signature"/>, or null.</param>
/// <param name="DecidedByName">The name of who decided, or null.</param>
/// <param name="DecidedAt">UTC, or null.</param>
/// <param name="Note">What was said with the decision, or null.</param>
/// <param name="Alone">Whether it was carried out without a second person, because there was none.</param>
public sealed record Proposal(
    Guid Id, string Kind, Text KindName, string Unit, Text Title, IReadOnlyList<ProposedLine> Lines, string Reason,
    ProposalState State, string ProposedBy, string ProposedByName, DateTimeOffset ProposedAt, DateTimeOffset ExpiresAt,
    string? DecidedBy, string? DecidedByName, DateTimeOffset? DecidedAt, string? Note, bool Alone)
{
    /// <summary>Its page.</summary>
    public string Page() => $"/approvals/{Id}";
}

/// <summary>Registers kinds of changes that two people decide, and answers with proposals.</summary>
public static class ProposalExtensions
{
    /// <summary>Lets changes of the type <typeparamref name="TWhat"/> be proposed.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="kind">A name for ever, such as <c>billing.rate</c>: proposals are kept under it.</param>
    /// <param name="permission">Who holds it at the change's unit may approve it.</param>
    /// <param name="vietnamese">The kind's name.</param>
    /// <param name="english">The kind's name.</param>
    public static IServiceCollection AddProposals<TWhat, TCarry>(this IServiceCollection services, string kind,
        string permission, string vietnamese, string english)
        where TWhat : class
        where TCarry : class, ICarryOut<TWhat>
    {
        services.TryAddScoped<TCarry>();
        return services.AddSingleton(new ProposalKind(kind, typeof(TWhat), permission, new(vietnamese, english),
            (scope, what, stop) => scope.GetRequiredService<TCarry>().Foresee(ProposalJson.Read<TWhat>(what), stop),
            (scope, what, proposal, stop) =>
                scope.GetRequiredService<TCarry>().CarryOut(ProposalJson.Read<TWhat>(what), proposal, stop)));
    }

    /// <summary>The answer of the JSON API: 202 while it waits for another person, 200 when it is carried out.
    /// </summary>
    public static Results<Ok<Proposal>, Accepted<Proposal>, ProblemHttpResult> ToAnswer(
        this Outcome<Proposal> outcome) =>
        outcome.Match<Results<Ok<Proposal>, Accepted<Proposal>, ProblemHttpResult>>(
            proposal => proposal.State is ProposalState.Waiting
                ? TypedResults.Accepted($"/api/v1{proposal.Page()}", proposal) : TypedResults.Ok(proposal),
            refusal => refusal.ToProblem());
}
