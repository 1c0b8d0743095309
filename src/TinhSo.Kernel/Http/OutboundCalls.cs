using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace TinhSo.Kernel.Http;

/// <summary>A call was not made, because it would have gone where the configuration does not allow.</summary>
public sealed class OutboundRefusedException(string message) : HttpRequestException(message);

/// <summary>Makes clients that call foreign systems: those configured, and nothing within the own network.</summary>
/// <remarks>
/// Names are resolved where the connection is made, and the addresses that were looked at are those connected to: a
/// name that changes its address between two looks leads nowhere. Redirects are not followed.
/// </remarks>
public static class OutboundCalls
{
    private const long AnswerMax = 1024 * 1024;

    // What is no address of the public Internet: special-purpose registries of IANA (RFC 6890).
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork PublicV6 = IPNetwork.Parse("2000::/3");

    /// <summary>Adds a named client that reaches the hosts in <c>Outbound:Hosts</c>.</summary>
    /// <remarks>
    /// Only by HTTPS, except to this machine itself. Addresses that are not public are reached when a network in
    /// <c>Outbound:Networks</c> holds them. Both are lists parted by commas, and empty unless set.
    /// </remarks>
    public static IHttpClientBuilder AddOutboundCalls(
        this IServiceCollection services, string name, IConfiguration configuration)
    {
        var hosts = Listed(configuration["Outbound:Hosts"]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        IPNetwork[] networks = [.. Listed(configuration["Outbound:Networks"]).Select(IPNetwork.Parse)];
        return services.AddHttpClient(name, client =>
            {
                client.Timeout = TimeSpan.FromSeconds(10);
                client.MaxResponseContentBufferSize = AnswerMax;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                ConnectCallback = (context, stop) => Connect(context.DnsEndPoint, networks, stop),
            })
            .AddHttpMessageHandler(() => new KnownHosts(hosts));
    }

    /// <summary>Whether the configuration allows calls to an address as far as its host tells.</summary>
    public static bool MayCall(Uri to, IConfiguration configuration) =>
        MayCall(to, Listed(configuration["Outbound:Hosts"]));

    /// <summary>Whether an address may be connected to.</summary>
    internal static bool MayReach(IPAddress address, IReadOnlyCollection<IPNetwork> networks)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks.Any(network => network.Contains(plain))
            || (!NotPublic.Any(network => network.Contains(plain))
                && (plain.AddressFamily is AddressFamily.InterNetwork || PublicV6.Contains(plain)));
    }

    private static async ValueTask<Stream> Connect(DnsEndPoint to, IPNetwork[] networks, CancellationToken stop)
    {
        var found = await Dns.GetHostAddressesAsync(to.Host, stop);
        IPAddress[] allowed = [.. found.Where(address => MayReach(address, networks))];
        if (allowed.Length == 0)
        {
            throw new OutboundRefusedException($"{to.Host} has no address that may be called.");
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, to.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool MayCall(Uri to, IEnumerable<string> hosts) =>
        hosts.Contains(to.Host, StringComparer.OrdinalIgnoreCase)
        && (to.Scheme == Uri.UriSchemeHttps || (to.Scheme == Uri.UriSchemeHttp && to.IsLoopback));

    private static string[] Listed(string? text) =>
        (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private sealed class KnownHosts(HashSet<string> hosts) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken stop)
        {
            var to = request.RequestUri!;
            return MayCall(to, hosts)
                ? base.SendAsync(request, stop)
                : throw new OutboundRefusedException($"{to.Scheme}://{to.Host} is no host that may be called.");
        }
    }
}
