using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TinhSo.Payments.Notices;

/// <summary>Takes in what a bank's provider sends.</summary>
internal static partial class BankHook
{
    private const int BodyMax = 64 * 1024;

    public static async Task<IResult> Handle(string provider, HttpRequest request, KeepNotice keep, DecideNotice decide,
        ILogger<KeepNotice> log, CancellationToken stop)
    {
        if (await ReadBody(request, stop) is not { } body)
        {
            return PaymentRefusals.NoticeTooLarge.ToProblem();
        }
        var kept = await keep.Run(provider, body, name => Header(request, name), stop);
        if (kept.IsRefused(out var refusal, out var notice))
        {
            return refusal.ToProblem();
        }
        if (notice.State is NoticeState.Received)
        {
            await TryDecide(notice.Id, decide, log, stop);
        }
        return TypedResults.Json(new { success = true });
    }

    private static async Task TryDecide(Guid noticeId, DecideNotice decide, ILogger log, CancellationToken stop)
    {
        try
        {
            if (await decide.Run(noticeId, stop) is { } refusal)
            {
                LogPostponed(log, noticeId, refusal.Code, null);
            }
        }
#pragma warning disable CA1031 // The notice is kept, so the bank is answered; the sweep tries again.
        catch (Exception failure) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogPostponed(log, noticeId, "exception", failure);
        }
    }

    // More than one value would leave open which of them was signed.
    private static string? Header(HttpRequest request, string name) =>
        request.Headers.TryGetValue(name, out var values) && values.Count == 1 ? values[0] : null;

    /// <summary>The raw bytes, over which signatures run; null when there are too many.</summary>
    private static async Task<byte[]?> ReadBody(HttpRequest request, CancellationToken stop)
    {
        if (request.ContentLength > BodyMax)
        {
            return null;
        }
        var buffer = new byte[BodyMax + 1];
        var read = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop);
        return read > BodyMax ? null : buffer[..read];
    }

    [LoggerMessage(LogLevel.Warning, "Notice {NoticeId} is kept and will be tried again: {Why}.")]
    private static partial void LogPostponed(ILogger log, Guid noticeId, string why, Exception? failure);
}
