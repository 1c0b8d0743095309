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
        });
}
