using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Organisations;

/// <summary>Organisations as JSON, and as a file.</summary>
internal static class OrganisationRoutes
{
    internal sealed record RepresentationEnd(Guid? RoleId, string? Reason);

    internal sealed record OrganisationView(
        Guid Id, string TaxCode, string Name, OrganisationKind Kind, string? Commune, string? Address,
        DateOnly ValidFrom, DateOnly? ValidTo, IReadOnlyList<Representative> Representatives);

    public static void MapApi(IEndpointRouteBuilder api)
    {
        var organisations = api.MapGroup("/organisations").WithTags("Organisations");
        organisations.MapGet("", List).Requires(RegisterOrganisation.Permission)
            .WithSummary("Organisations by name; personal ids are masked");
        organisations.MapPost("", Register).Requires(RegisterOrganisation.Permission).WithIdempotency()
            .WithSummary("Register an organisation");
        organisations.MapGet("/{id:guid}", Find).Requires(RegisterOrganisation.Permission)
            .WithSummary("One organisation, with who represents it");
        organisations.MapPost("/{id:guid}/change", Change).Requires(RegisterOrganisation.Permission).WithIdempotency()
            .WithSummary("Change what is known of an organisation");
        organisations.MapPost("/{id:guid}/representatives", Add).Requires(RegisterOrganisation.Permission)
            .WithIdempotency().WithSummary("Let a person represent an organisation, from a day on");
        organisations.MapPost("/{id:guid}/representatives/end", End).Requires(RegisterOrganisation.Permission)
            .WithIdempotency().WithSummary("End a representation at once");
    }

    public static void MapPages(IEndpointRouteBuilder root) =>
        root.MapGet("/organisations/export.csv", Export).Requires(RegisterOrganisation.Permission)
            .ExcludeFromDescription();

    private static async Task<Results<Ok<Page<OrganisationLine>>, ProblemHttpResult>> List(FindOrganisations find,
        CancellationToken stop, string? q = null, string? kind = null, string? cursor = null, int limit = 50) =>
        (await find.List(q, kind, cursor, limit, stop))
            .Match<Results<Ok<Page<OrganisationLine>>, ProblemHttpResult>>(
                page => TypedResults.Ok(page), refusal => refusal.ToProblem());

    private static async Task<Results<Ok<OrganisationView>, ProblemHttpResult>> Find(
        Guid id, FindOrganisations find, KeepRepresentatives keep, CancellationToken stop) =>
        await find.Find(id, stop) is { } found
            ? TypedResults.Ok(await View(found, keep, stop)) : KernelRefusals.NotFound.ToProblem();

    private static async Task<Results<Ok<OrganisationView>, ProblemHttpResult>> Register(
        OrganisationOrder order, RegisterOrganisation register, KeepRepresentatives keep, CancellationToken stop) =>
        await Answer(await register.Register(order, stop), keep, stop);

    private static async Task<Results<Ok<OrganisationView>, ProblemHttpResult>> Change(
        Guid id, OrganisationOrder order, RegisterOrganisation register, KeepRepresentatives keep,
        CancellationToken stop) =>
        await Answer(await register.Change(order with { Id = id }, stop), keep, stop);

    private static async Task<Results<Ok<OrganisationView>, ProblemHttpResult>> Add(
        Guid id, RepresentativeOrder order, KeepRepresentatives keep, CancellationToken stop) =>
        await Answer(await keep.Add(id, order, stop), keep, stop);

    private static async Task<Results<Ok<OrganisationView>, ProblemHttpResult>> End(
        Guid id, RepresentationEnd body, KeepRepresentatives keep, CancellationToken stop) =>
        await Answer(await keep.End(id, body.RoleId, body.Reason, stop), keep, stop);

    private static async Task<IResult> Export(
        FindOrganisations find, CancellationToken stop, string? q = null, string? kind = null)
    {
        var lines = await find.Export(q, kind, stop);
        return lines.Match<IResult>(File, refusal => refusal.ToProblem());
    }

    private static IResult File(List<OrganisationLine> lines) => Csv.File("organisations.csv",
    [
        ["id", "tax_code", "name", "kind", "commune", "valid_from", "valid_to"],
        .. lines.Select(line => (IReadOnlyList<string?>)
        [
            $"{line.Id}", line.TaxCode, line.Name, $"{line.Kind}", line.Commune, $"{line.ValidFrom:yyyy-MM-dd}",
            $"{line.ValidTo:yyyy-MM-dd}",
        ]),
    ]);

    private static async Task<Results<Ok<OrganisationView>, ProblemHttpResult>> Answer(
        Outcome<OrganisationRow> outcome, KeepRepresentatives keep, CancellationToken stop) =>
        outcome.IsRefused(out var refusal, out var given)
            ? refusal.ToProblem() : TypedResults.Ok(await View(given, keep, stop));

    private static async Task<OrganisationView> View(
        OrganisationRow o, KeepRepresentatives keep, CancellationToken stop) => new(
            o.Id, o.TaxCode, o.Name, o.Kind, o.Commune, o.Address, o.ValidFrom, o.ValidTo, await keep.Of(o.Id, stop));
}
