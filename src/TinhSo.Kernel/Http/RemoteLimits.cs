using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace TinhSo.Kernel.Http;

/// <summary>Limits how often one remote address may ask what can be guessed or flooded.</summary>
public static class RemoteLimits
{
    /// <summary>Adds a limit of so many requests a minute under a name.</summary>
    public static void AddRemoteLimit(this RateLimiterOptions options, string name, int perMinute) =>
        options.AddPolicy(name, http => RateLimitPartition.GetSlidingWindowLimiter(
            Network(http.Connection.RemoteIpAddress),
            _ => new SlidingWindowRateLimiterOptions
            {
                PermitLimit = perMinute,
                Window = TimeSpan.FromMinutes(1),
                SegmentsPerWindow = 6,
            }));

    /// <summary>Where an address is: whoever has one of IPv6 has 2^64 of them, so its network counts as one.</summary>
    public static string Network(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };
}
