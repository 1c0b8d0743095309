using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using TinhSo.Identity;

namespace TinhSo.Host.Web;

/// <summary>How often one remote address may ask what can be guessed or flooded.</summary>
internal static class Limits
{
    public static void AddLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = (context, _) =>
            {
                context.HttpContext.Response.Headers.RetryAfter = "10";
                return ValueTask.CompletedTask;
            };
            Add(options, IdentityModule.SignInLimit, configuration.GetValue("Limits:SignInPerMinute", 20));
        });
    }

    private static void Add(RateLimiterOptions options, string name, int perMinute) =>
        options.AddPolicy(name, http => RateLimitPartition.GetSlidingWindowLimiter(
            http.Connection.RemoteIpAddress?.ToString() ?? "unknown",
            _ => new SlidingWindowRateLimiterOptions
            {
                PermitLimit = perMinute,
                Window = TimeSpan.FromMinutes(1),
                SegmentsPerWindow = 6,
            }));
}
