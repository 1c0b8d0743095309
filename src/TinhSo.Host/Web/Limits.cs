using System.Security.Claims;
using System.Threading.RateLimiting;
using TinhSo.Identity;
using TinhSo.Kernel.Http;

namespace TinhSo.Host.Web;

/// <summary>The rate limits that belong to no module, and how a refusal by any of them is told.</summary>
internal static class Limits
{
    public static void AddLimits(this IServiceCollection services, IConfiguration configuration) =>
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = (context, _) =>
            {
                context.HttpContext.Response.Headers.RetryAfter = "10";
                return ValueTask.CompletedTask;
            };
            options.AddRemoteLimit(
                IdentityModule.SignInLimit, configuration.GetValue("Limits:SignInPerMinute", 20));
            var perClient = configuration.GetValue("Limits:ClientPerMinute", 3_000);
            var perStatus = configuration.GetValue("Limits:StatusPerMinute", 120);
            // On top of what single routes allow.
            options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                PartitionedRateLimiter.Create<HttpContext, string>(http => OfClient(http, perClient)),
                PartitionedRateLimiter.Create<HttpContext, string>(http => OfStatus(http, perStatus)));
        });

    // One system of others may not take the platform for itself, from however many addresses it comes.
    private static RateLimitPartition<string> OfClient(HttpContext http, int perMinute) =>
        http.User.FindFirstValue(IdentityModule.ClientClaim) is { } client
            ? EachMinute(client, perMinute) : RateLimitPartition.GetNoLimiter("");

    // Whoever waits for one payment asks as often as two pages that show it would, and no oftener.
    private static RateLimitPartition<string> OfStatus(HttpContext http, int perMinute) =>
        HttpMethods.IsGet(http.Request.Method) && IsStatus(http.Request.Path)
            ? EachMinute($"{Asker(http)} {http.Request.Path}", perMinute) : RateLimitPartition.GetNoLimiter("");

    private static bool IsStatus(PathString path) => path.Value?.Split('/') is
        ["", "pay", _, "live" or "watch"] or ["", "api", "v1", "payments", "requests", _];

    private static string Asker(HttpContext http) => http.User.FindFirstValue(ClaimTypes.NameIdentifier)
        ?? RemoteLimits.Network(http.Connection.RemoteIpAddress);

    private static RateLimitPartition<string> EachMinute(string key, int permits) =>
        RateLimitPartition.GetSlidingWindowLimiter(key, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = permits,
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = 6,
        });
}
