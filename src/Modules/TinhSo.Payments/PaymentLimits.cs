using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Configuration;

namespace TinhSo.Payments;

/// <summary>The rate limits of what anybody may ask, each by remote address.</summary>
/// <remarks>The host only has to use the rate limiter, behind routing. A code has 40 bits: guessing stays hopeless.</remarks>
public static class PaymentLimits
{
    /// <summary>Looking codes and receipts up; <c>Payments:Limits:LookupsPerMinute</c>, 120 unless set.</summary>
    public const string Lookups = "payments.lookups";

    /// <summary>Asking again whether a request is paid; <c>Payments:Limits:LivePerMinute</c>, 1,200 unless set.</summary>
    /// <remarks>Many phones may share one address, and each asks every second.</remarks>
    public const string Live = "payments.live";

    /// <summary>Banks' notices; <c>Payments:Limits:NoticesPerMinute</c>, 12,000 unless set.</summary>
    public const string Hooks = "payments.hooks";

    internal static void Add(RateLimiterOptions options, IConfiguration configuration)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        Add(options, Lookups, configuration.GetValue("Payments:Limits:LookupsPerMinute", 120));
        Add(options, Live, configuration.GetValue("Payments:Limits:LivePerMinute", 1_200));
        Add(options, Hooks, configuration.GetValue("Payments:Limits:NoticesPerMinute", 12_000));
    }

    private static void Add(RateLimiterOptions options, string name, int perMinute) =>
        options.AddPolicy(name, http => RateLimitPartition.GetFixedWindowLimiter(
            Client(http.Connection.RemoteIpAddress),
            _ => new FixedWindowRateLimiterOptions { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1) }));

    // Whoever has one IPv6 address has 2^64 of them: the network counts as one.
    private static string Client(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };
}
