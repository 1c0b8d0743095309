using System.Net;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace TinhSo.Host.Web;

/// <summary>How requests reach the platform: by HTTPS, through known proxies, within bounds of size and time.</summary>
internal static class Transport
{
    private const long BodyMax = 1024 * 1024;
    private const int HeadersMax = 16 * 1024;

    public static void AddTransport(this WebApplicationBuilder builder)
    {
        var settings = builder.Configuration;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Bound(kestrel.Limits, settings);
        });
        builder.Services.AddHsts(options => options.MaxAge = TimeSpan.FromDays(365));
        builder.Services.AddHttpsRedirection(options => options.HttpsPort = settings.GetValue<int?>("Https:Port"));
        builder.Services.Configure<ForwardedHeadersOptions>(options => Trust(options, ProxiesIn(settings)));
        if (IsHttpsDemanded(settings, builder.Environment))
        {
            // By this beginning browsers take a cookie only over HTTPS, and from this very host.
            builder.Services.PostConfigureAll<CookieAuthenticationOptions>(options =>
                (options.Cookie.Name, options.Cookie.SecurePolicy) =
                    ($"__Host-{options.Cookie.Name}", CookieSecurePolicy.Always));
            builder.Services.PostConfigure<AntiforgeryOptions>(options =>
                options.Cookie.Name = $"__Host-{options.Cookie.Name}");
        }
    }

    /// <summary>Goes first: what follows must see the address and the scheme that the visitor used.</summary>
    public static void UseTransport(this WebApplication app)
    {
        if (ProxiesIn(app.Configuration).Length > 0)
        {
            app.UseForwardedHeaders();
        }
        if (IsHttpsDemanded(app.Configuration, app.Environment))
        {
            app.UseHsts();
            // Whoever watches the process asks it directly.
            app.UseWhen(http => !http.Request.Path.StartsWithSegments("/health")
                && !http.Request.Path.StartsWithSegments("/metrics"), branch => branch.UseHttpsRedirection());
        }
    }

    private static bool IsHttpsDemanded(IConfiguration settings, IHostEnvironment environment) =>
        settings.GetValue("Https:Demanded", environment.IsProduction());

    private static void Bound(KestrelServerLimits limits, ConfigurationManager settings)
    {
        // Routes that take more say so themselves.
        limits.MaxRequestBodySize = settings.GetValue("Limits:BodyBytes", BodyMax);
        limits.MaxRequestHeadersTotalSize = HeadersMax;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(settings.GetValue("Limits:HeadersSeconds", 15));
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        // Slower than any phone in a market hall: a form of 5 kB goes within the time in which nothing is asked of it.
        var slowest = new MinDataRate(bytesPerSecond: 500, gracePeriod: TimeSpan.FromSeconds(10));
        (limits.MinRequestBodyDataRate, limits.MinResponseDataRate) = (slowest, slowest);
    }

    private static void Trust(ForwardedHeadersOptions options, string[] proxies)
    {
        // The host is not among them: a proxy passes it on as it came.
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        // Read back from the last, as far as each is named here.
        options.ForwardLimit = null;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (proxy.Contains('/', StringComparison.Ordinal))
            {
                options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            }
            else
            {
                options.KnownProxies.Add(IPAddress.Parse(proxy));
            }
        }
    }

    private static string[] ProxiesIn(IConfiguration settings) => (settings["Proxies"] ?? "")
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
