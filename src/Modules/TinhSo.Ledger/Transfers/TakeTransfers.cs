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
        // To read it when all of it is here costs half of reading it as it comes.
        var body = request.BodyReader;
        var read = await body.ReadAtLeastAsync(1, CancellationToken.None);
        while (!read.IsCompleted && read.Buffer.Length != request.ContentLength)
        {
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await body.ReadAsync(CancellationToken.None);
        }
        return IsArray(read.Buffer)
            ? await TakeMany(Read(body, read.Buffer, LedgerJson.Default.RequestArray), ledger)
            : await TakeOne(Read(body, read.Buffer, LedgerJson.Default.Request), ledger);
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

    private static T Read<T>(PipeReader body, ReadOnlySequence<byte> whole, JsonTypeInfo<T> type) where T : class
    {
        var length = (int)whole.Length;
        var inOnePiece = whole.IsSingleSegment ? null : ArrayPool<byte>.Shared.Rent(length);
        try
        {
            if (inOnePiece is not null)
            {
                whole.CopyTo(inOnePiece);
            }
            return JsonSerializer.Deserialize(inOnePiece is null ? whole.FirstSpan : inOnePiece.AsSpan(0, length), type)
                ?? throw new BadHttpRequestException("The body is null.");
        }
        catch (JsonException unreadable)
        {
            throw new BadHttpRequestException("The body cannot be read.", unreadable);
        }
        finally
        {
            body.AdvanceTo(whole.End);
            if (inOnePiece is not null)
            {
                ArrayPool<byte>.Shared.Return(inOnePiece);
            }
        }
    }

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
        return new WrittenMany(results);
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

    /// <summary>An array of answers, each by what was made for it when the program was built.</summary>
    private sealed class WrittenMany(Result[] answers) : IResult
    {
        private const int FlushedAt = 32_768;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = "application/json; charset=utf-8";
            await using var json = new Utf8JsonWriter(response.BodyWriter);
            json.WriteStartArray();
            foreach (var answer in answers)
            {
                JsonSerializer.Serialize(json, answer, LedgerJson.Default.Result);
                if (json.BytesPending >= FlushedAt)
                {
                    await json.FlushAsync(CancellationToken.None);
                    await response.BodyWriter.FlushAsync(CancellationToken.None);
                }
            }
            json.WriteEndArray();
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
[JsonSerializable(typeof(TakeTransfers.Result))]
[JsonSerializable(typeof(ReadTransfer.Response))]
internal sealed partial class LedgerJson : JsonSerializerContext;
