using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using TinhSo.Kernel.Http;
using TinhSo.Ledger.Books;

namespace TinhSo.Ledger.Transfers;

/// <summary>Posts what a trusted service asks for: one transfer, or an array of them, each by itself.</summary>
/// <remarks>The ids that the service chose make repeating harmless, so no other key is asked for.</remarks>
internal static class TakeTransfers
{
    internal sealed record Request(
        Guid Id, string? Kind, long Amount, string? Code, string? Channel, Guid? Debit = null, Guid? Credit = null,
        string? Place = null, string? Reference = null, Guid? Original = null, DateTimeOffset? ExpiresAt = null);

    /// <summary>What became of one of an array: the transfer, or why there is none.</summary>
    internal sealed record Result(ReadTransfer.Response? Transfer, Problem? Problem);

    internal sealed record Problem(
        string Type, string Title, int Status, IReadOnlyDictionary<string, string>? Errors);

    internal static async Task<IResult> Handle(HttpRequest request, ILedger ledger, CancellationToken stop)
    {
        var body = request.BodyReader;
        var start = await body.ReadAtLeastAsync(1, stop);
        var isArray = IsArray(start.Buffer);
        body.AdvanceTo(start.Buffer.Start);
        return isArray
            ? await TakeMany(await Read(request, LedgerJson.Default.RequestArray, stop), ledger, stop)
            : await TakeOne(await Read(request, LedgerJson.Default.Request, stop), ledger, stop);
    }

    private static bool IsArray(ReadOnlySequence<byte> buffer)
    {
        foreach (var letter in buffer.FirstSpan)
        {
            if (letter is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                return letter == '[';
            }
        }
        return false;
    }

    private static async Task<T> Read<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken stop)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(request.BodyReader, type, stop)
                ?? throw new BadHttpRequestException("The body is null.");
        }
        catch (JsonException unreadable)
        {
            throw new BadHttpRequestException("The body cannot be read.", unreadable);
        }
    }

    private static async Task<IResult> TakeOne(Request request, ILedger ledger, CancellationToken stop)
    {
        if (Check(request, out var order) is { } wrong)
        {
            return wrong.ToProblem();
        }
        var outcome = await ledger.Post(order, stop);
        return outcome.IsRefused(out var refusal, out var transfer)
            ? refusal.ToProblem()
            : TypedResults.Json(ReadTransfer.Response.Of(transfer), LedgerJson.Default.Response);
    }

    private static async Task<IResult> TakeMany(Request[] requests, ILedger ledger, CancellationToken stop)
    {
        if (requests.Length is 0 or > OrderBounds.EachMax)
        {
            var errors = new FieldErrors();
            errors.Add("$", $"Hãy gửi từ 1 đến {OrderBounds.EachMax} giao dịch.",
                $"Send 1 to {OrderBounds.EachMax} transfers.");
            return errors.ToRefusal().ToProblem();
        }
        var results = new Result[requests.Length];
        var orders = new List<TransferOrder>(requests.Length);
        for (var i = 0; i < requests.Length; i++)
        {
            if (Check(requests[i], out var order) is { } wrong)
            {
                results[i] = new Result(null, Of(wrong));
                continue;
            }
            orders.Add(order);
        }
        var outcomes = await ledger.PostEach(orders, stop);
        var next = 0;
        for (var i = 0; i < results.Length; i++)
        {
            results[i] ??= outcomes[next++].Match(
                transfer => new Result(ReadTransfer.Response.Of(transfer), null),
                refusal => new Result(null, Of(refusal)));
        }
        return TypedResults.Json(results, LedgerJson.Default.ResultArray);
    }

    private static Refusal? Check(Request? request, out TransferOrder order)
    {
        order = null!;
        var errors = new FieldErrors();
        if (request is null)
        {
            errors.Add("$", "Thiếu giao dịch.", "The transfer is missing.");
            return errors.ToRefusal();
        }
        if (request.Id == Guid.Empty)
        {
            errors.Add("id", "Thiếu mã giao dịch.", "The id is missing.");
        }
        var kind = errors.Choice<TransferKind>("kind", request.Kind);
        var code = errors.Required("code", request.Code, 60);
        var channel = errors.Required("channel", request.Channel, 20);
        if (kind is TransferKind.Post or TransferKind.Reserve && request.Amount <= 0)
        {
            errors.Add("amount", "Số tiền phải lớn hơn 0.", "The amount must be more than 0.");
        }
        order = new TransferOrder(request.Id, kind, request.Debit ?? Guid.Empty, request.Credit ?? Guid.Empty,
            request.Amount, code, channel, request.Place, request.Reference, request.Original, request.ExpiresAt);
        return errors.Any ? errors.ToRefusal() : null;
    }

    private static Problem Of(Refusal refusal) => new($"/problems/{refusal.Code}", refusal.Title.ToString(),
        refusal.Status, refusal.Fields.Count == 0 ? null
            : refusal.Fields.ToDictionary(field => field.Key, field => field.Value.ToString()));
}

/// <summary>How orders and answers are read and written, made when the program is built.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(TakeTransfers.Request))]
[JsonSerializable(typeof(TakeTransfers.Request[]))]
[JsonSerializable(typeof(TakeTransfers.Result[]))]
[JsonSerializable(typeof(ReadTransfer.Response))]
internal sealed partial class LedgerJson : JsonSerializerContext;
