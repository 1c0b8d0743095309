using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace TinhSo.Kernel.Http;

/// <summary>
/// Answers requests that could not even be read: problem+json that names the field where one is known.
/// </summary>
internal sealed class BadRequests : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception failure, CancellationToken stop)
    {
        if (failure is not BadHttpRequestException bad)
        {
            return false;
        }
        var errors = new FieldErrors();
        if (bad.InnerException is JsonException { Path: ['$', '.', .. { Length: > 0 } field] })
        {
            errors.Add(field, "Giá trị không đọc được.", "This value cannot be read.");
        }
        await (errors.ToRefusal() with { Status = bad.StatusCode }).ToProblem().ExecuteAsync(http);
        return true;
    }
}

/// <summary>Keeps out what no honest client sends.</summary>
public static class BadRequestExtensions
{
    /// <summary>Refuses addresses with U+0000 in them, which PostgreSQL cannot compare with anything.</summary>
    public static IApplicationBuilder UseReadableAddresses(this IApplicationBuilder app) => app.Use((http, next) =>
        http.Request.Path.Value?.Contains('\0', StringComparison.Ordinal) is true
        || http.Request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) is true
            ? KernelRefusals.Invalid.ToProblem().ExecuteAsync(http)
            : next(http));

    internal static IServiceCollection AddBadRequests(this IServiceCollection services) => services
        .AddExceptionHandler<BadRequests>()
        .Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
}
