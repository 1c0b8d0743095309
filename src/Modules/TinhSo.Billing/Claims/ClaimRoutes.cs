using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using TinhSo.Billing.Billers;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Claims;

/// <summary>Providers' bills as JSON, for their staff and their systems.</summary>
/// <remarks>
/// A system inquires by bill or customer, then reports that a bill was paid at the biller's own counter.
/// </remarks>
internal static class ClaimRoutes
{
    internal sealed record IssueRequest(string? CustomerCode, string? HolderName, string? Service, string? Period,
        long? Amount, string? DueOn, string? Reference, string? Description, string? Place);

    internal sealed record InquiryRequest(string? Reference, string? CustomerCode);

    internal sealed record PlanRequest(IReadOnlyList<PlanPart>? Parts, string? Reason);

    internal sealed record PlanPart(long? Amount, string? DueOn);

    internal sealed record ReportRequest(string? Reference, long? Amount, string? PaidOn);

    internal sealed record ReasonRequest(string? Reason);

    internal sealed record AskRequest(long? Amount);

    public static void Map(IEndpointRouteBuilder api)
    {
        var bills = api.MapGroup("/billers/{id:guid}/bills").WithTags("Billers' bills");
        bills.MapGet("", List).Requires(FindClaims.Permission)
            .WithSummary("A biller's bills, newest number first; names and codes are masked");
        bills.MapGet("/export.csv", Export).Requires(FindClaims.Permission)
            .WithSummary("A biller's bills that fit, as CSV");
        bills.MapPost("", Issue).Requires(IssueClaims.Permission).WithIdempotency()
            .WithSummary("Issue a bill; the same reference again is the same bill");
        bills.MapPost("/inquiry", Inquire).Requires(FindClaims.Permission)
            .WithSummary("Bills by the biller's own reference or by a customer's code, with what is owed");
        var one = api.MapGroup("/claims/{id:guid}").WithTags("Billers' bills");
        one.MapGet("", Find).Requires(FindClaims.Permission).WithSummary("One bill with its parts and penalties");
        one.MapPost("/ask", Ask).Requires(FindClaims.Permission).WithIdempotency()
            .WithSummary("Ask for what is left of a bill, or for a part, and get the code of its pay page");
        one.MapPost("/plan", Plan).Requires(PlanParts.Permission).WithIdempotency()
            .WithSummary("Divide what is owed into dated parts");
        one.MapPost("/cancel", Cancel).Requires(IssueClaims.Permission).WithIdempotency()
            .WithSummary("Withdraw a bill for which no money has come");
        one.MapPost("/paid-elsewhere", Report).Requires(SettleElsewhere.Permission).WithIdempotency()
            .RequiresSignature().WithSummary("Report that a bill was paid at the biller's own counter");
        one.MapPost("/paid-elsewhere/reverse", Reverse).Requires(SettleElsewhere.Permission).WithIdempotency()
            .RequiresSignature().WithSummary("Take that report back");
    }

    /// <summary>The same list for a browser, which comes by a cookie and not by a token.</summary>
    public static void MapPages(IEndpointRouteBuilder root) =>
        root.MapGet("/billers/{id:guid}/bills/export.csv", Export).Requires(FindClaims.Permission)
            .ExcludeFromDescription();

    private static async Task<Results<Ok<Page<ClaimView>>, ProblemHttpResult>> List(Guid id, string? service,
        string? period, string? state, string? q, string? cursor, int? limit, FindClaims find, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var wanted = state is null ? (BillState?)null : errors.Choice<BillState>("state", state);
        return errors.Any ? errors.ToRefusal().ToProblem()
            : await find.List(id, new(service, period, wanted, q, cursor, limit ?? 50), stop) is { } page
                ? TypedResults.Ok(page) : KernelRefusals.NotFound.ToProblem();
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Export(Guid id, string? service,
        string? period, string? state, string? q, FindClaims find, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var wanted = string.IsNullOrEmpty(state) ? (BillState?)null : errors.Choice<BillState>("state", state);
        if (errors.Any)
        {
            return errors.ToRefusal().ToProblem();
        }
        var filter = new ClaimFilter(service, period, wanted, q, null, 500);
        return await find.List(id, filter with { Limit = 1 }, stop) is null
            ? KernelRefusals.NotFound.ToProblem() : CsvDownload.Of("bills.csv", Rows(id, filter, find, stop));
    }

    private static async Task<Results<Ok<Bill>, ProblemHttpResult>> Issue(
        Guid id, IssueRequest r, IssueClaims issue, CancellationToken stop) =>
        ProviderRoutes.Answer(await issue.One(id, new(r.CustomerCode, r.HolderName, r.Service, r.Period,
            CheckClaim.Typed(r.Amount), r.DueOn, r.Reference, r.Description, r.Place), stop));

    private static async Task<Results<Ok<Page<ClaimView>>, ProblemHttpResult>> Inquire(
        Guid id, InquiryRequest request, FindClaims find, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var reference = errors.Optional("reference", request.Reference, CodeFormat.CodeMax);
        var code = errors.Optional("customerCode", request.CustomerCode, CodeFormat.CodeMax);
        if ((reference is null) == (code is null))
        {
            errors.Add("reference", "Hãy cho mã tham chiếu hoặc mã khách hàng.",
                "Give a reference or a customer's code.");
        }
        return errors.Any ? errors.ToRefusal().ToProblem()
            : await find.List(id, new(Search: reference ?? code, Limit: 100), stop) is { } page
                ? TypedResults.Ok(page) : KernelRefusals.NotFound.ToProblem();
    }

    private static async Task<Results<Ok<ClaimView>, ProblemHttpResult>> Find(
        Guid id, FindClaims find, CancellationToken stop) =>
        await find.Find(id, stop) is { } bill ? TypedResults.Ok(bill) : KernelRefusals.NotFound.ToProblem();

    private static async Task<Results<Ok<AskedPart>, ProblemHttpResult>> Ask(
        Guid id, AskRequest request, FindClaims find, AskPart ask, CancellationToken stop) =>
        await find.Find(id, stop) is null ? KernelRefusals.NotFound.ToProblem()
            : ProviderRoutes.Answer(await ask.Run(id, CheckClaim.Typed(request.Amount), stop));

    private static async Task<Results<Ok<Bill>, ProblemHttpResult>> Plan(
        Guid id, PlanRequest request, PlanParts plan, CancellationToken stop) =>
        ProviderRoutes.Answer(await plan.Run(id,
            [.. (request.Parts ?? []).Select(part => new PlannedPart(CheckClaim.Typed(part?.Amount), part?.DueOn))],
            request.Reason, stop));

    private static async Task<Results<Ok<Bill>, ProblemHttpResult>> Cancel(
        Guid id, ReasonRequest request, CancelClaim cancel, CancellationToken stop) =>
        ProviderRoutes.Answer(await cancel.Run(id, request.Reason, stop));

    private static async Task<Results<Ok<Bill>, ProblemHttpResult>> Report(
        Guid id, ReportRequest request, SettleElsewhere settle, CancellationToken stop) =>
        ProviderRoutes.Answer(await settle.Report(
            id, new(request.Reference, CheckClaim.Typed(request.Amount), request.PaidOn), stop));

    private static async Task<Results<Ok<Bill>, ProblemHttpResult>> Reverse(
        Guid id, ReasonRequest request, SettleElsewhere settle, CancellationToken stop) =>
        ProviderRoutes.Answer(await settle.Reverse(id, request.Reason, stop));

    private static async IAsyncEnumerable<IReadOnlyList<string?>> Rows(
        Guid id, ClaimFilter filter, FindClaims find, [EnumeratorCancellation] CancellationToken stop)
    {
        yield return
        [
            "number", "reference", "service", "period", "place", "amount", "penalty", "paid", "owed", "due_on", "state",
            "customer_code", "holder_name",
        ];
        for (string? cursor = null; ;)
        {
            var page = (await find.List(id, filter with { Cursor = cursor }, stop))!;
            foreach (var b in page.Items)
            {
                yield return
                [
                    b.Number, b.Reference, b.Service, b.Period, b.Place, Csv.Plain(b.Amount), Csv.Plain(b.Penalty),
                    Csv.Plain(b.Paid), Csv.Plain(b.Owed), b.DueOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                    b.State.ToString(), b.CustomerCode, b.HolderName,
                ];
            }
            find.Forget();
            if ((cursor = page.Next) is null)
            {
                yield break;
            }
        }
    }
}
