using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using TinhSo.Billing.Claims;
using TinhSo.Billing.Penalties;
using TinhSo.Billing.Services;
using TinhSo.Identity;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Billers;

/// <summary>The catalogue of services and billers as JSON.</summary>
internal static class ProviderRoutes
{
    internal sealed record RegisterRequest(Guid Id, string? Name, string? Prefix, IReadOnlyList<string>? Services,
        string? CustomerPattern, string? CustomerCheck, string? CustomerExample, string? ReferencePattern,
        string? ReferenceCheck, bool TakesParts, long? PartMin, int? InstalmentsMax);

    internal sealed record TermsRequest(string? Name, IReadOnlyList<string>? Services, string? CustomerPattern,
        string? CustomerCheck, string? CustomerExample, string? ReferencePattern, string? ReferenceCheck,
        bool TakesParts, long? PartMin, int? InstalmentsMax);

    internal sealed record PenaltyRequest(
        string? Service, int? PartsPerMillion, int? CapPercent, string? ValidFrom, string? LegalBasis, string? Reason);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/services", Services).Requires(FindProviders.Permission).WithTags("Billers")
            .WithSummary("The catalogue of services, with the law each rests on");
        var billers = api.MapGroup("/billers").WithTags("Billers");
        billers.MapGet("", List).Requires(FindProviders.Permission)
            .WithSummary("The billers that you may see, by name");
        billers.MapGet("/{id:guid}", Find).Requires(FindProviders.Permission).WithSummary("One biller");
        billers.MapPost("", Register).Requires(KeepProviders.RegisterPermission).WithIdempotency()
            .WithSummary("Register a biller");
        billers.MapPost("/{id:guid}/terms", Change).Requires(KeepProviders.ManagePermission).WithIdempotency()
            .WithSummary("Change what a biller bills, the form of its codes, and whether it takes parts");
        billers.MapPost("/{id:guid}/account", SetAccount).Requires(KeepProviders.ManagePermission).WithIdempotency()
            .WithSummary("Propose the bank account into which a biller is paid; a treasurer approves it");
        billers.MapGet("/{id:guid}/penalties", Penalties).Requires(FindProviders.Permission)
            .WithSummary("What being late costs with a biller, with the days from which it holds");
        billers.MapPost("/{id:guid}/penalties", SetPenalty).Requires(KeepProviders.ManagePermission).WithIdempotency()
            .WithSummary("Propose what being late costs from a day on; a treasurer approves it");
    }

    /// <summary>Says why not, or what.</summary>
    public static Results<Ok<T>, ProblemHttpResult> Answer<T>(Outcome<T> outcome) where T : class =>
        outcome.Match<Results<Ok<T>, ProblemHttpResult>>(
            given => TypedResults.Ok(given), refusal => refusal.ToProblem());

    private static async Task<Ok<IReadOnlyList<CatalogueEntry>>> Services(
        LoadServices services, CancellationToken stop) =>
        TypedResults.Ok(await services.Today(stop));

    private static async Task<Ok<IReadOnlyList<Provider>>> List(
        string? q, FindProviders find, CancellationToken stop) =>
        TypedResults.Ok(await find.List(q, stop));

    private static async Task<Results<Ok<Provider>, ProblemHttpResult>> Find(
        Guid id, FindProviders find, CancellationToken stop) =>
        await find.Find(id, stop) is { } provider ? TypedResults.Ok(provider) : KernelRefusals.NotFound.ToProblem();

    private static async Task<Results<Ok<Provider>, ProblemHttpResult>> Register(
        RegisterRequest r, KeepProviders keep, CancellationToken stop) =>
        Answer(await keep.Register(new(r.Id, r.Name, r.Prefix, r.Services, r.CustomerPattern, r.CustomerCheck,
            r.CustomerExample, r.ReferencePattern, r.ReferenceCheck, r.TakesParts, CheckClaim.Typed(r.PartMin),
            CheckClaim.Typed(r.InstalmentsMax)), stop));

    private static async Task<Results<Ok<Provider>, ProblemHttpResult>> Change(
        Guid id, TermsRequest r, KeepProviders keep, CancellationToken stop) =>
        Answer(await keep.Change(new(id, r.Name, null, r.Services, r.CustomerPattern, r.CustomerCheck,
            r.CustomerExample, r.ReferencePattern, r.ReferenceCheck, r.TakesParts, CheckClaim.Typed(r.PartMin),
            CheckClaim.Typed(r.InstalmentsMax)), stop));

    private static async Task<Results<Ok<Proposal>, Accepted<Proposal>, ProblemHttpResult>> SetAccount(
        Guid id, ProviderAccount request, SetProviderAccount set, CancellationToken stop) =>
        (await set.Propose(id, request, stop)).ToAnswer();

    private static async Task<Results<Ok<IReadOnlyList<PenaltyRule>>, ProblemHttpResult>> Penalties(
        Guid id, FindProviders find, SetPenalty penalties, CancellationToken stop) =>
        await find.Find(id, stop) is null
            ? KernelRefusals.NotFound.ToProblem() : TypedResults.Ok(await penalties.Of(id, stop));

    private static async Task<Results<Ok<Proposal>, Accepted<Proposal>, ProblemHttpResult>> SetPenalty(
        Guid id, PenaltyRequest r, SetPenalty set, CancellationToken stop) =>
        (await set.Propose(id, new(r.Service, CheckClaim.Typed(r.PartsPerMillion), CheckClaim.Typed(r.CapPercent),
            r.ValidFrom, r.LegalBasis, r.Reason), stop)).ToAnswer();
}
