using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace TinhSo.Identity.Providers;

/// <summary>A provider of identities that the province trusts (OpenID Connect), such as the national one.</summary>
/// <param name="Key">Its name in the configuration and in addresses.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Authority">Its issuer, under which its description is found.</param>
/// <param name="ClientId">As which it knows this platform.</param>
/// <param name="ClientSecret">By which it knows that it is this platform.</param>
/// <param name="Description">Its endpoints and keys, read again when they are old.</param>
/// <param name="ReadAnew">The same, as they are now.</param>
internal sealed record TrustedProvider(string Key, string Name, string Authority, string ClientId, string ClientSecret,
    IConfigurationManager<OpenIdConnectConfiguration> Description,
    Func<CancellationToken, Task<OpenIdConnectConfiguration>> ReadAnew);

/// <summary>The providers of the configuration, under <c>SignIn:Providers:{key}</c>.</summary>
internal sealed class TrustedProviders
{
    /// <summary>The client by which providers are asked.</summary>
    public const string Client = "identity-providers";

    private const string WellKnown = "/.well-known/openid-configuration";

    public TrustedProviders(IConfiguration configuration, IHostEnvironment environment, IHttpClientFactory clients) =>
        All = [.. configuration.GetSection("SignIn:Providers").GetChildren().Select(section =>
        {
            var authority = Setting(section, "Authority");
            var address = authority.TrimEnd('/') + WellKnown;
            var documents =
                new HttpDocumentRetriever(clients.CreateClient(Client)) { RequireHttps = environment.IsProduction() };
            return new TrustedProvider(section.Key, Setting(section, "Name"), authority, Setting(section, "ClientId"),
                Setting(section, "ClientSecret"), new ConfigurationManager<OpenIdConnectConfiguration>(
                    address, new OpenIdConnectConfigurationRetriever(), documents),
                stop => OpenIdConnectConfigurationRetriever.GetAsync(address, documents, stop));
        })];

    /// <summary>All, in the order of the configuration.</summary>
    public IReadOnlyList<TrustedProvider> All { get; }

    /// <summary>The one of this name, or null.</summary>
    public TrustedProvider? Find(string key) => All.FirstOrDefault(one => one.Key == key);

    private static string Setting(IConfigurationSection section, string name) => section[name] is { Length: > 0 } value
        ? value : throw new InvalidOperationException($"{section.Path}:{name} is missing.");
}
