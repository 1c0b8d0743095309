using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using TinhSo.Payments.Notices.Providers;
using TinhSo.Payments.Simulator;

namespace TinhSo.Payments.Notices;

/// <summary>The providers that are set up, each with its secrets.</summary>
/// <remarks>
/// <c>Payments:Providers:{name}:Secret</c> is one secret, or a list of them while one is being replaced. There is no
/// default. Only where the simulator runs is a provider without any given a random one, known to this process alone.
/// </remarks>
internal sealed class NoticeProviders(IConfiguration configuration, SimulatorSwitch simulator)
{
    private static readonly INoticeProvider[] Known = [new SePay(), new Casso(), new PayOs()];

    private readonly ConcurrentDictionary<string, string> invented = new(StringComparer.Ordinal);

    /// <summary>The names of all that can be set up.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(provider => provider.Name)];

    /// <summary>A provider by its name, or null when it is unknown or has no secret.</summary>
    public (INoticeProvider Provider, IReadOnlyList<string> Secrets)? Find(string name)
    {
        var provider = Array.Find(Known, known => known.Name == name);
        if (provider is null)
        {
            return null;
        }
        var secrets = SecretsOf(name);
        return secrets.Count == 0 ? null : (provider, secrets);
    }

    private List<string> SecretsOf(string name)
    {
        var section = configuration.GetSection($"Payments:Providers:{name}:Secret");
        var secrets = section.GetChildren().Select(child => child.Value).Prepend(section.Value)
            .OfType<string>().Where(secret => secret.Length > 0).ToList();
        if (secrets.Count == 0 && simulator.IsOn)
        {
            secrets.Add(invented.GetOrAdd(name, _ => RandomNumberGenerator.GetHexString(64)));
        }
        return secrets;
    }
}
