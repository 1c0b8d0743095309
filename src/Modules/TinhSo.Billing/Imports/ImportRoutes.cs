using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using TinhSo.Billing.Billers;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Imports;

/// <summary>Files of bills as JSON, and what is wrong in them as CSV.</summary>
internal static class ImportRoutes
{
    internal sealed record DecideRequest(bool OnlyGoodRows);

    public static void Map(IEndpointRouteBuilder api)
    {
        var imports = api.MapGroup("/billers/{id:guid}/imports").WithTags("Imports");
        imports.MapGet("", List).Requires(TakeImport.Permission).WithSummary("A biller's files, newest first");
        imports.MapPost("", Take).Requires(TakeImport.Permission).WithIdempotency()
            .WithMetadata(new RequestSizeLimitAttribute(TakeImport.BytesMax + 1024))
            .WithSummary("Send a file of bills as text/csv: every row is checked, nothing is issued yet");
        var one = api.MapGroup("/imports/{id:guid}").WithTags("Imports");
        one.MapGet("", Find).Requires(TakeImport.Permission).WithSummary("A file, and how far it has come");
        one.MapGet("/faults", Faults).Requires(TakeImport.Permission)
            .WithSummary("What is wrong in a file, by row and column");
        one.MapGet("/faults.csv", Export).Requires(TakeImport.Permission)
            .WithSummary("All that is wrong in a file, as CSV");
        one.MapPost("/issue", Issue).Requires(TakeImport.Permission).WithIdempotency()
            .WithSummary("Issue the bills of a file, or of its good rows alone");
        one.MapPost("/discard", Discard).Requires(TakeImport.Permission).WithIdempotency()
            .WithSummary("Give a file up before anything of it is issued");
    }

    /// <summary>The same list for a browser, which comes by a cookie and not by a token.</summary>
    public static void MapPages(IEndpointRouteBuilder root) =>
        root.MapGet("/imports/{id:guid}/faults.csv", Export).Requires(TakeImport.Permission).ExcludeFromDescription();

    private static async Task<Results<Ok<IReadOnlyList<ImportView>>, ProblemHttpResult>> List(
        Guid id, FindImports find, CancellationToken stop) =>
        await find.List(id, stop) is { } files ? TypedResults.Ok(files) : KernelRefusals.NotFound.ToProblem();

    private static async Task<Results<Ok<ImportView>, ProblemHttpResult>> Take(
        Guid id, string? fileName, HttpRequest request, TakeImport take, CancellationToken stop) =>
        View(await take.Run(id, fileName ?? "bills.csv", request.Body, stop));

    private static async Task<Results<Ok<ImportView>, ProblemHttpResult>> Find(
        Guid id, FindImports find, CancellationToken stop) =>
        await find.Find(id, stop) is { } file ? TypedResults.Ok(file) : KernelRefusals.NotFound.ToProblem();

    private static async Task<Results<Ok<Page<ImportFault>>, ProblemHttpResult>> Faults(
        Guid id, string? cursor, int? limit, FindImports find, CancellationToken stop) =>
        await find.Find(id, stop) is null ? KernelRefusals.NotFound.ToProblem()
            : TypedResults.Ok(await find.Faults(id, cursor, limit ?? 100, stop));

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Export(
        Guid id, FindImports find, CancellationToken stop) =>
        await find.Find(id, stop) is null ? KernelRefusals.NotFound.ToProblem()
            : CsvDownload.Of("faults.csv", find.FaultRows(id, stop));

    private static async Task<Results<Ok<ImportView>, ProblemHttpResult>> Issue(
        Guid id, DecideRequest request, DecideImport decide, CancellationToken stop) =>
        View(await decide.Issue(id, request.OnlyGoodRows, stop));

    private static async Task<Results<Ok<ImportView>, ProblemHttpResult>> Discard(
        Guid id, DecideImport decide, CancellationToken stop) => View(await decide.Discard(id, stop));

    private static Results<Ok<ImportView>, ProblemHttpResult> View(Outcome<ImportRow> outcome) =>
        ProviderRoutes.Answer(outcome.Match<Outcome<ImportView>>(row => ImportView.Of(row), refusal => refusal));
}
