using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using QRCoder;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Pages;
using TinhSo.Payments.Requests;

namespace TinhSo.Payments.Pictures;

/// <summary>Pictures of a code to save or print, and what keeps its page up to date.</summary>
internal static class CodePictures
{
    private const int PixelsPerModule = 8;

    public static void Map(IEndpointRouteBuilder root)
    {
        root.MapGet("/pay/{code}/qr.svg", Svg).AllowAnonymous().RequireRateLimiting(PaymentLimits.Lookups)
            .ExcludeFromDescription();
        root.MapGet("/pay/{code}/qr.png", Png).AllowAnonymous().RequireRateLimiting(PaymentLimits.Lookups)
            .ExcludeFromDescription();
        root.MapGet("/pay/{code}/watch", Watch).AllowAnonymous().RequireRateLimiting(PaymentLimits.Live)
            .ExcludeFromDescription();
        root.MapGet("/pay/{code}/live", Live).AllowAnonymous().RequireRateLimiting(PaymentLimits.Live)
            .ExcludeFromDescription();
    }

    private static async Task<IResult> Svg(string code, FindPayable find, CancellationToken stop)
    {
        if (await find.ByCode(code, stop) is not { Payload: { } payload })
        {
            return KernelRefusals.NotFound.ToProblem();
        }
        using var matrix = Draw(payload);
        using var svg = new SvgQRCode(matrix);
        return TypedResults.Text(svg.GetGraphic(PixelsPerModule), "image/svg+xml");
    }

    private static async Task<IResult> Png(string code, FindPayable find, CancellationToken stop)
    {
        if (await find.ByCode(code, stop) is not { Payload: { } payload } payable)
        {
            return KernelRefusals.NotFound.ToProblem();
        }
        using var matrix = Draw(payload);
        using var png = new PngByteQRCode(matrix);
        return TypedResults.File(png.GetGraphic(PixelsPerModule), "image/png", $"TinhSo-{payable.Code}.png");
    }

    private static async Task<IResult> Watch(
        string code, string? seen, HttpContext http, FindPayable find, WatchRequests watch, CancellationToken stop)
    {
        if (await find.ByCode(code, stop) is not { Request: { } request })
        {
            return KernelRefusals.NotFound.ToProblem();
        }
        if (!watch.HasRoom)
        {
            // The page then asks now and then instead.
            return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
        http.Response.Headers.CacheControl = "no-store";
        // Proxies that gather an answer before they pass it on would keep it for ever.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        // What has changed since the page was made is told at the next turn.
        var shown = Enum.TryParse<PaymentState>(seen, out var state) ? state : request.State;
        return TypedResults.ServerSentEvents(watch.Watch(request.Code, shown, stop));
    }

    private static async Task<IResult> Live(string code, HttpContext http, FindPayable find, CancellationToken stop)
    {
        if (await find.ByCode(code, stop) is not { Request: { } request })
        {
            return KernelRefusals.NotFound.ToProblem();
        }
        http.Response.Headers.CacheControl = "no-store";
        if (request.State is not (PaymentState.Open or PaymentState.Expired))
        {
            // The code and the account must go too, so the whole page is loaded again.
            http.Response.Headers["HX-Refresh"] = "true";
        }
        return new RazorComponentResult<PayPart>(new { Request = request.ToRequest(), Asks = true });
    }

    private static QRCodeData Draw(string payload)
    {
        using var generator = new QRCodeGenerator();
        return generator.CreateQrCode(payload, QRCodeGenerator.ECCLevel.M);
    }
}
