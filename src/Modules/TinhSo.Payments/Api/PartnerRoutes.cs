using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Settlements;

namespace TinhSo.Payments.Api;

/// <summary>Partners and what they report as JSON, and as files.</summary>
internal static class PartnerRoutes
{
    // The file, and the few fields beside it.
    private const long BodyMax = TakePartnerFile.BytesMax + (64 * 1024);

    public static void Map(IEndpointRouteBuilder payments)
    {
        var partners = payments.MapGroup("/partners");
        partners.MapGet("", Partners).Requires(FindPartners.Read)
            .WithSummary("Who collects by card, wallet or counter, and from when to when")
            .Produces<IReadOnlyList<PartnerView>>();
        partners.MapPut("/{id:guid}", Set).Requires(SetPartner.Permission).WithIdempotency()
            .WithSummary("Register a partner, or change its names and days")
            .Produces<PartnerView>().ProducesProblem(400);
        var files = payments.MapGroup("/partner-files");
        files.MapGet("/schema", Schema).Requires(FindPartners.Read)
            .WithSummary("The columns of a partner's file").Produces<IReadOnlyList<PartnerColumn>>();
        files.MapGet("", List).Requires(FindPartners.Read)
            .WithSummary("Partners' files, newest first").Produces<Page<PartnerFileItem>>();
        files.MapPost("", Take).Requires(TakePartnerFile.Permission).WithIdempotency()
            .WithMetadata(new RequestSizeLimitAttribute(BodyMax))
            .WithSummary("Send a partner's file of one day, as a form: every line is checked, none is booked")
            .Produces<PartnerFileView>().ProducesProblem(400);
        files.MapGet("/{id:guid}", Find).Requires(FindPartners.Read)
            .WithSummary("A file, and what has come of it so far").Produces<PartnerFileView>().ProducesProblem(404);
        files.MapGet("/{id:guid}/lines", Lines).Requires(FindPartners.Read)
            .WithSummary("The lines of a file, and what has come of each")
            .Produces<Page<PartnerLineView>>().ProducesProblem(404);
        files.MapGet("/{id:guid}/faults", Faults).Requires(FindPartners.Read)
            .WithSummary("What is wrong in a file, by line and column")
            .Produces<Page<PartnerFaultView>>().ProducesProblem(404);
        files.MapPost("/{id:guid}/confirm", Confirm).Requires(TakePartnerFile.Permission).WithIdempotency()
            .WithSummary("Book the lines of a file, or its good ones alone")
            .Produces<PartnerFileView>().ProducesProblem(409);
        files.MapPost("/{id:guid}/discard", Discard).Requires(TakePartnerFile.Permission).WithIdempotency()
            .WithSummary("Give a file up before anything of it is booked")
            .Produces<PartnerFileView>().ProducesProblem(409);
    }

    public static void MapPages(IEndpointRouteBuilder root) =>
        root.MapGet("/payments/partner-files/{id:guid}/faults.csv", Export).Requires(FindPartners.Read)
            .ExcludeFromDescription();

    private static async Task<IResult> Partners(FindPartners find, CancellationToken stop) =>
        TypedResults.Ok((await find.List(FindPartners.Read, stop)).Select(PartnerView.Of).ToList());

    private static async Task<IResult> Set(
        Guid id, PartnerOrder order, SetPartner set, CancellationToken stop) =>
        (await set.Run(id, order, stop)).Match<IResult>(
            partner => TypedResults.Ok(PartnerView.Of(partner)), refusal => refusal.ToProblem());

    private static Ok<IReadOnlyList<PartnerColumn>> Schema() => TypedResults.Ok(PartnerCsv.Columns);

    private static async Task<IResult> List(
        FindPartnerFiles find, CancellationToken stop, string? cursor = null, int limit = 50) =>
        Answer(await find.List(cursor, limit, stop));

    private static async Task<IResult> Take(
        HttpRequest request, TakePartnerFile take, FindPartnerFiles find, CancellationToken stop)
    {
        var form = await PartnerFileForm.Read(request, stop);
        if (form.IsRefused(out var refusal, out var upload))
        {
            return refusal.ToProblem();
        }
        await using (upload.Content)
        {
            return await View(await take.Run(upload, stop), find, stop);
        }
    }

    private static async Task<IResult> Find(Guid id, FindPartnerFiles find, CancellationToken stop) =>
        await find.Find(id, stop) is { } file ? TypedResults.Ok(file) : KernelRefusals.NotFound.ToProblem();

    private static async Task<IResult> Lines(
        Guid id, FindPartnerFiles find, CancellationToken stop, string? cursor = null, int limit = 50) =>
        await find.Find(id, stop) is null
            ? KernelRefusals.NotFound.ToProblem() : Answer(await find.Lines(id, cursor, limit, stop));

    private static async Task<IResult> Faults(
        Guid id, FindPartnerFiles find, CancellationToken stop, string? cursor = null, int limit = 50) =>
        await find.Find(id, stop) is null
            ? KernelRefusals.NotFound.ToProblem() : TypedResults.Ok(await find.Faults(id, cursor, limit, stop));

    private static async Task<IResult> Confirm(
        Guid id, ConfirmBody body, DecidePartnerFile decide, FindPartnerFiles find, CancellationToken stop) =>
        await View(await decide.Confirm(id, body.OnlyGoodLines, stop), find, stop);

    private static async Task<IResult> Discard(
        Guid id, DecidePartnerFile decide, FindPartnerFiles find, CancellationToken stop) =>
        await View(await decide.Discard(id, stop), find, stop);

    private static async Task<IResult> Export(Guid id, FindPartnerFiles find, CancellationToken stop)
    {
        if (await find.Find(id, stop) is null)
        {
            return KernelRefusals.NotFound.ToProblem();
        }
        // Row by row, so that the faults of a whole file are never in memory together.
        return TypedResults.Stream(async stream =>
        {
            await using var text = new StreamWriter(stream, new UTF8Encoding(true), leaveOpen: true);
            await foreach (var row in find.FaultRows(id, stop))
            {
                await text.WriteAsync($"{string.Join(',', row.Select(Csv.Field))}\r\n");
            }
        }, "text/csv; charset=utf-8", "faults.csv");
    }

    private static async Task<IResult> View(
        Outcome<PartnerFile> outcome, FindPartnerFiles find, CancellationToken stop)
    {
        if (outcome.IsRefused(out var refusal, out var file))
        {
            return refusal.ToProblem();
        }
        return await find.Find(file.Id, stop) is { } view
            ? TypedResults.Ok(view) : KernelRefusals.NotFound.ToProblem();
    }

    private static IResult Answer<T>(Outcome<T> outcome) where T : class =>
        outcome.Match<IResult>(given => TypedResults.Ok(given), refusal => refusal.ToProblem());

    internal sealed record ConfirmBody(bool OnlyGoodLines);
}
