using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using TinhSo.Billing.Bills;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments;

namespace TinhSo.Billing;

/// <summary>The JSON twins of the bill pages; they run the same use cases.</summary>
internal static class BillingApi
{
    internal sealed record CashRequest(Guid PaymentId);

    internal sealed record CancelRequest(string? Reason);

    internal sealed record RateRequest(
        string? Unit, string? Item, string? Class, long? PricePerMeasure, DateOnly? ValidFrom,
        string? LegalBasis, string? Reason);

    public static void Map(IEndpointRouteBuilder api)
    {
        var bills = api.MapGroup("/bills").WithTags("Billing");
        bills.MapGet("", List).Requires("billing.read").WithSummary("Bills of a unit, newest number first");
        bills.MapGet("/{id:guid}", Find).Requires("billing.read").WithSummary("One bill");
        bills.MapPost("/{id:guid}/cash", TakeCash).Requires("payments.cash").WithIdempotency()
            .WithSummary("Record that a bill was paid in cash, and get the receipt");
        bills.MapPost("/{id:guid}/cancel", Cancel).Requires("billing.cancel").WithIdempotency()
            .WithSummary("Withdraw a bill that is not yet paid");
        var tariffs = api.MapGroup("/tariffs").WithTags("Billing");
        tariffs.MapGet("", Rates).Requires("billing.read").WithSummary("All rates of a unit, with their dates");
        tariffs.MapPost("", SetRate).Requires("billing.tariffs").WithIdempotency()
            .WithSummary("Propose a rate from a day on; once approved, the one before ends the day before");
    }

    private static async Task<Results<Ok<Page<Bill>>, ProblemHttpResult>> List(
        string unit, string? customer, string? period, string? state, string? q, string? cursor, int? limit,
        FindBills find, ICaller caller, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var wanted = state is null ? (BillState?)null : errors.Choice<BillState>("state", state);
        if (errors.Any || !caller.May("billing.read", unit))
        {
            return (errors.Any ? errors.ToRefusal() : KernelRefusals.Forbidden).ToProblem();
        }
        return TypedResults.Ok(await find.List(new(unit, customer, period, wanted, q, cursor, limit ?? 50), stop));
    }

    private static async Task<Results<Ok<Bill>, ProblemHttpResult>> Find(
        Guid id, FindBills find, ICaller caller, CancellationToken stop) =>
        await find.Find(id, stop) is { } bill && caller.May("billing.read", bill.Unit)
            ? TypedResults.Ok(bill) : KernelRefusals.NotFound.ToProblem();

    private static async Task<Results<Ok<Receipt>, ProblemHttpResult>> TakeCash(
        Guid id, CashRequest request, FindBills find, CancellationToken stop) =>
        Answer(await find.TakeCash(request.PaymentId, id, stop));

    private static async Task<Results<Ok<Bill>, ProblemHttpResult>> Cancel(
        Guid id, CancelRequest request, FindBills find, CancellationToken stop) =>
        Answer(await find.Cancel(id, request.Reason ?? "", stop));

    private static async Task<Results<Ok<IReadOnlyList<TariffRate>>, ProblemHttpResult>> Rates(
        string unit, FindBills find, ICaller caller, CancellationToken stop) =>
        caller.May("billing.read", unit)
            ? TypedResults.Ok(await find.Rates(unit, stop)) : KernelRefusals.Forbidden.ToProblem();

    private static async Task<Results<Ok<Proposal>, Accepted<Proposal>, ProblemHttpResult>> SetRate(
        RateRequest request, FindBills find, CancellationToken stop) =>
        // What was left out falls outside the bounds that the use case checks: nothing is guessed.
        (await find.ProposeRate(new TariffRate(request.Unit ?? "", request.Item ?? "", request.Class ?? "",
            request.PricePerMeasure ?? -1, request.ValidFrom ?? default, null, request.LegalBasis ?? ""),
            request.Reason, stop)).ToAnswer();

    private static Results<Ok<T>, ProblemHttpResult> Answer<T>(Outcome<T> outcome) where T : class =>
        outcome.Match<Results<Ok<T>, ProblemHttpResult>>(
            given => TypedResults.Ok(given), refusal => refusal.ToProblem());
}
