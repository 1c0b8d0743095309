using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Configuration;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing;

/// <summary>The rate limit of looking bills up by customers' codes, by remote address.</summary>
public static class BillingLimits
{
    /// <summary>Looking bills up; <c>Billing:Limits:LookupsPerMinute</c>, 30 unless set.</summary>
    /// <remarks>Codes are consecutive with many billers, so whoever guesses must be slow.</remarks>
    public const string Lookups = "billing.lookups";

    internal static void Add(RateLimiterOptions options, IConfiguration configuration) =>
        options.AddRemoteLimit(Lookups, configuration.GetValue("Billing:Limits:LookupsPerMinute", 30));
}
