using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Payees;
using TinhSo.Payments.Receipts;
using TinhSo.Payments.Requests;

namespace TinhSo.Payments.Api;

/// <summary>Requests, receipts, banks and codes as JSON.</summary>
internal static class RequestRoutes
{
    public static void Map(IEndpointRouteBuilder payments)
    {
        payments.MapGet("/requests/{idOrCode}", Read).AllowAnonymous().RequireRateLimiting(PaymentLimits.Lookups)
            .WithSummary("Read a request by its code, or, with payments.read, by its id")
            .Produces<RequestAnswer>().ProducesProblem(404);
        payments.MapPost("/requests", Open).Requires("payments.request").WithIdempotency()
            .WithSummary("Ask for money: open a request").Produces<RequestAnswer>(201).ProducesProblem(400);
        payments.MapPost("/requests/{id:guid}/cancel", Cancel).Requires("payments.request").WithIdempotency()
            .WithSummary("Withdraw a request that is not paid").Produces<PaymentRequest>().ProducesProblem(409);
        payments.MapPost("/requests/{id:guid}/cash", Cash).Requires(TakeCash.Permission).WithIdempotency()
            .WithSummary("Record coins and notes taken for a request").Produces<Receipt>().ProducesProblem(409);
        payments.MapGet("/receipts/{code}", ReadReceipt).AllowAnonymous().RequireRateLimiting(PaymentLimits.Lookups)
            .WithSummary("Check whether a receipt is genuine, and what it says")
            .Produces<ReceiptAnswer>().ProducesProblem(404);
        payments.MapGet("/banks", () => TypedResults.Ok(Banks.All)).AllowAnonymous()
            .WithSummary("The banks and their BINs");
        payments.MapPost("/qr/decode", Decode).AllowAnonymous().RequireRateLimiting(PaymentLimits.Lookups)
            .WithSummary("Read the text of a QR code, and say what is wrong with it").Produces<VietQrReading>();
    }

    private static async Task<IResult> Read(string idOrCode, FindPayable find, FindRequests requests, ICaller caller,
        CancellationToken stop)
    {
        // An id can be derived by whoever knows what it is for, so unlike a code it needs a permission.
        var found = Guid.TryParse(idOrCode, out var id)
            ? await requests.ById(id, stop)
            : await find.ByCode(idOrCode, stop);
        return found is not { Request: { } request }
                || (id != Guid.Empty && !caller.May(FindRequests.Permission, found.Payee.Unit))
            ? KernelRefusals.NotFound.ToProblem()
            : TypedResults.Ok(RequestAnswer.Of(request, found.Payee, found.Payload));
    }

    private static async Task<IResult> Open(
        PaymentOrder order, IPayments payments, ICaller caller, FindRequests requests, CancellationToken stop)
    {
        if (await payments.FindPayee(order.PayeeId, stop) is not { } payee)
        {
            return PaymentRefusals.NoSuchPayee.ToProblem();
        }
        if (!caller.May("payments.request", payee.Unit))
        {
            return KernelRefusals.Forbidden.ToProblem();
        }
        var opened = await payments.Open(order, stop);
        if (opened.IsRefused(out var refusal, out var request))
        {
            return refusal.ToProblem();
        }
        var found = (await requests.ById(request.Id, stop))!;
        return TypedResults.Created($"/api/v1/payments/requests/{request.Id}",
            RequestAnswer.Of(found.Request!, found.Payee, found.Payload));
    }

    private static async Task<IResult> Cancel(Guid id, CancelBody body, IPayments payments, FindRequests requests,
        ICaller caller, CancellationToken stop)
    {
        if (await requests.ById(id, stop) is not { } found || !caller.May("payments.request", found.Payee.Unit))
        {
            return KernelRefusals.NotFound.ToProblem();
        }
        var cancelled = await payments.Cancel(id, body.Reason ?? "", stop);
        return cancelled.Match<IResult>(TypedResults.Ok, refusal => refusal.ToProblem());
    }

    private static async Task<IResult> Cash(Guid id, CashBody body, IPayments payments, CancellationToken stop)
    {
        var taken = await payments.TakeCash(body.PaymentId, id, body.Amount, stop);
        return taken.Match<IResult>(TypedResults.Ok, refusal => refusal.ToProblem());
    }

    private static async Task<IResult> ReadReceipt(string code, FindPayable find, CancellationToken stop) =>
        await find.Receipt(code, stop) is { } found
            ? TypedResults.Ok(ReceiptAnswer.Of(found))
            : KernelRefusals.NotFound.ToProblem();

    private static Ok<VietQrReading> Decode(DecodeBody body) => TypedResults.Ok(VietQr.Decode(body.Text));

    internal sealed record CancelBody(string? Reason);

    internal sealed record CashBody(Guid PaymentId, long Amount);

    internal sealed record DecodeBody(string? Text);

    /// <summary>What a payer may know of a request: everything on its page, and no reference.</summary>
    internal sealed record RequestAnswer(Guid Id, string Code, string Payee, long Amount, string Description,
        string ServiceCode, string? Place, DateTimeOffset DueAt, PaymentState State, DateTimeOffset? PaidAt,
        string? ReceiptCode, string? BankBin, string? BankName, string? AccountNumber, string? AccountName, string Memo,
        string? Qr)
    {
        // An account is shown only while there is something to pay into it.
        public static RequestAnswer Of(StoredRequest request, StoredPayee payee, string? payload) => new(
            request.Id, request.Code, payee.Name, request.Amount, request.Description, request.ServiceCode,
            request.Place, request.DueAt, request.State, request.PaidAt, request.ReceiptCode,
            payload is null ? null : payee.BankBin, payload is null ? null : Banks.NameOf(payee.BankBin),
            payload is null ? null : payee.AccountNumber, payload is null ? null : payee.AccountName, request.Memo,
            payload);
    }

    /// <summary>What anybody may know of a receipt: no description and no reference, which may name people.</summary>
    internal sealed record ReceiptAnswer(string Code, string Payee, long Amount, long Refunded, string ServiceCode,
        string Channel, string? Place, DateTimeOffset ReceivedAt)
    {
        public static ReceiptAnswer Of(FoundReceipt found) => new(found.Payment.ReceiptCode, found.Payee.Name,
            found.Payment.Amount, found.Refunded, found.Payment.ServiceCode, found.Payment.Channel,
            found.Payment.Place, found.Payment.ReceivedAt);
    }
}
