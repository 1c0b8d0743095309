using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Configuration;
using TinhSo.Kernel.Http;

namespace TinhSo.Payments;

/// <summary>The rate limits of what anybody may ask, each by remote address.</summary>
/// <remarks>The host only has to use the rate limiter, behind routing.</remarks>
public static class PaymentLimits
{
    /// <summary>Looking codes and receipts up; <c>Payments:Limits:LookupsPerMinute</c>, 120 unless set.</summary>
    public const string Lookups = "payments.lookups";

    /// <summary>
    /// Asking again whether a request is paid; <c>Payments:Limits:LivePerMinute</c>, 1,200 unless set.
    /// </summary>
    /// <remarks>Many phones may share one address; each opens one stream, or asks every five seconds.</remarks>
    public const string Live = "payments.live";

    /// <summary>Banks' notices; <c>Payments:Limits:NoticesPerMinute</c>, 12,000 unless set.</summary>
    public const string Hooks = "payments.hooks";

    internal static void Add(RateLimiterOptions options, IConfiguration configuration)
    {
        options.AddRemoteLimit(Lookups, configuration.GetValue("Payments:Limits:LookupsPerMinute", 120));
        options.AddRemoteLimit(Live, configuration.GetValue("Payments:Limits:LivePerMinute", 1_200));
        options.AddRemoteLimit(Hooks, configuration.GetValue("Payments:Limits:NoticesPerMinute", 12_000));
    }
}
