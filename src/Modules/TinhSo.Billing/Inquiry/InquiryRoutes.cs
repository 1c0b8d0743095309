using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using TinhSo.Billing.Billers;
using TinhSo.Billing.Claims;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Inquiry;

/// <summary>What payers do, as JSON: choose, look up, ask to pay, keep codes.</summary>
internal static class InquiryRoutes
{
    internal sealed record LookUpRequest(Guid Biller, string? CustomerCode);

    internal sealed record PayRequest(Guid Biller, string? CustomerCode, Guid BillId, long? Amount);

    public static void Map(IEndpointRouteBuilder api)
    {
        var inquiry = api.MapGroup("/bill-inquiry").WithTags("Bill inquiry");
        inquiry.MapGet("/services", Services).AllowAnonymous().RequireRateLimiting(BillingLimits.Lookups)
            .WithSummary("The services for which somebody can be paid");
        inquiry.MapGet("/billers", Billers).AllowAnonymous().RequireRateLimiting(BillingLimits.Lookups)
            .WithSummary("Who can be paid for a service");
        // The code is asked for in the body: an address is kept in logs and histories.
        inquiry.MapPost("", LookUp).AllowAnonymous().RequireRateLimiting(BillingLimits.Lookups)
            .WithSummary("What is owed under a customer's code; alike for unknown codes and for nothing owed");
        inquiry.MapPost("/pay", Pay).AllowAnonymous().RequireRateLimiting(BillingLimits.Lookups)
            .WithSummary("Ask to pay a bill that is owed, or a part; repeated, it answers with the same code");
        var mine = api.MapGroup("/my-bills").WithTags("Bill inquiry");
        mine.MapGet("", Mine).Requires(KeepFolder.Permission).WithSummary("What is owed under the codes that you keep");
        mine.MapPost("", Save).Requires(KeepFolder.Permission).WithIdempotency()
            .WithSummary("Keep a customer's code, with your consent");
        mine.MapPost("/{id:guid}/remove", Remove).Requires(KeepFolder.Permission).WithIdempotency()
            .WithSummary("Remove a code that you keep");
    }

    private static async Task<Ok<IReadOnlyList<ServiceChoice>>> Services(FindProviders find, CancellationToken stop) =>
        TypedResults.Ok(await find.Payable(stop));

    private static async Task<Ok<IReadOnlyList<PayableProvider>>> Billers(
        string service, FindProviders find, CancellationToken stop) =>
        TypedResults.Ok(await find.PayableFor(service, stop));

    private static async Task<Results<Ok<OwedBills>, ProblemHttpResult>> LookUp(
        LookUpRequest request, LookUp lookUp, CancellationToken stop) =>
        ProviderRoutes.Answer(await lookUp.Run(request.Biller, request.CustomerCode, stop));

    private static async Task<Results<Ok<AskedPart>, ProblemHttpResult>> Pay(
        PayRequest request, LookUp lookUp, CancellationToken stop) =>
        ProviderRoutes.Answer(await lookUp.Pay(
            request.Biller, request.CustomerCode, request.BillId, CheckClaim.Typed(request.Amount), stop));

    private static async Task<Ok<IReadOnlyList<SavedCode>>> Mine(KeepFolder folder, CancellationToken stop) =>
        TypedResults.Ok(await folder.Mine(stop));

    private static async Task<Results<Ok<SavedCode>, ProblemHttpResult>> Save(
        SaveCode request, KeepFolder folder, CancellationToken stop) =>
        ProviderRoutes.Answer(await folder.Save(request, stop));

    private static async Task<NoContent> Remove(Guid id, KeepFolder folder, CancellationToken stop)
    {
        await folder.Remove(id, stop);
        return TypedResults.NoContent();
    }
}
