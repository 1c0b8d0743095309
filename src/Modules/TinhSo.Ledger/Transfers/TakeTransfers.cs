using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using TinhSo.Kernel.Http;
using TinhSo.Ledger.Books;

namespace TinhSo.Ledger.Transfers;

/// <summary>Posts what a system of others asks for: one transfer, or an array of them, each by itself.</summary>
/// <remarks>The ids that it chose make repeating harmless, so no other key is asked for.</remarks>
internal static class TakeTransfers
{
    internal sealed record Request(
        Guid Id, string? Kind, long Amount, string? Code, string? Channel, Guid? Debit = null, Guid? Credit = null,
        string? Place = null, string? Reference = null, Guid? Original = null, DateTimeOffset? ExpiresAt = null);

    /// <summary>What became of one of an array: the transfer, or why there is none.</summary>
    internal sealed record Result(ReadTransfer.Response? Transfer, Problem? Problem);

    internal sealed record Problem(
        string Type, string Title, int Status, IReadOnlyDictionary<string, string>? Errors);

    // Nobody waits for the caller to go away: an order that has come is carried out, and costs less so.
    internal static async Task<IResult> Handle(HttpRequest request, ILedger ledger)
    {
        var body = request.BodyReader;
        var start = await body.ReadAtLeastAsync(1, CancellationToken.None);
        if (IsArray(start.Buffer))
        {
            body.AdvanceTo(start.Buffer.Start);
            return await TakeMany(await Read(request, LedgerJson.Default.RequestArray), ledger);
        }
        if (start.Buffer.Length == request.ContentLength)
        {
            // All of it is here already, as nearly always.
            return await TakeOne(ReadHere(body, start.Buffer), ledger);
        }
        body.AdvanceTo(start.Buffer.Start);
        return await TakeOne(await Read(request, LedgerJson.Default.Request), ledger);
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

    private static async Task<T> Read<T>(HttpRequest request, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(request.BodyReader, type)
                ?? throw new BadHttpRequestException("The body is null.");
        }
        catch (JsonException unreadable)
        {
            throw Unreadable(unreadable);
        }
    }

    private static Request ReadHere(PipeReader body, ReadOnlySequence<byte> whole)
    {
        try
        {
            var json = new Utf8JsonReader(whole);
            var request = JsonSerializer.Deserialize(ref json, LedgerJson.Default.Request);
            // Nothing may follow.
            json.Read();
            return request ?? throw new BadHttpRequestException("The body is null.");
        }
        catch (JsonException unreadable)
        {
            throw Unreadable(unreadable);
        }
        finally
        {
            body.AdvanceTo(whole.End);
        }
    }

    private static BadHttpRequestException Unreadable(JsonException why) => new("The body cannot be read.", why);

    private static async Task<IResult> TakeOne(Request request, ILedger ledger)
    {
        if (Check(request, out var order) is { } wrong)
        {
            return wrong.ToProblem();
        }
        var outcome = await ledger.Post(order, CancellationToken.None);
        return outcome.IsRefused(out var refusal, out var transfer)
            ? refusal.ToProblem()
            : new Written(ReadTransfer.Response.Of(transfer));
    }

    private static async Task<IResult> TakeMany(Request[] requests, ILedger ledger)
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
        var outcomes = await ledger.PostEach(orders, CancellationToken.None);
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

    /// <summary>An answer whose length is known before it is sent, so that it goes out in one piece.</summary>
    private sealed class Written(ReadTransfer.Response answer) : IResult
    {
        [ThreadStatic]
        private static ArrayBufferWriter<byte>? buffer;

        [ThreadStatic]
        private static Utf8JsonWriter? json;

        public Task ExecuteAsync(HttpContext httpContext)
        {
            buffer ??= new ArrayBufferWriter<byte>(1_024);
            json ??= new Utf8JsonWriter(buffer);
            buffer.ResetWrittenCount();
            json.Reset(buffer);
            JsonSerializer.Serialize(json, answer, LedgerJson.Default.Response);
            var response = httpContext.Response;
            response.ContentType = "application/json; charset=utf-8";
            response.ContentLength = buffer.WrittenCount;
            response.BodyWriter.Write(buffer.WrittenSpan);
            return Task.CompletedTask;
        }
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
