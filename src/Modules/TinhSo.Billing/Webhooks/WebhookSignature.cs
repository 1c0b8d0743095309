using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TinhSo.Billing.Webhooks;

/// <summary>Signs messages as Standard Webhooks has it (specification 1.0, symmetric signatures).</summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimeHeader = "webhook-timestamp";
    public const string Header = "webhook-signature";

    private const string Prefix = "whsec_";
    private const int SecretBytes = 32;

    /// <summary>A new secret, as receivers configure it.</summary>
    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The signatures by each secret, parted by spaces, so that a receiver may hold any of them.</summary>
    /// <param name="id">The message's id.</param>
    /// <param name="at">When it is sent.</param>
    /// <param name="body">The very text that is sent.</param>
    /// <param name="secrets">As <see cref="NewSecret"/> makes them.</param>
    public static string Of(string id, DateTimeOffset at, string body, params IEnumerable<string> secrets)
    {
        var signed = Encoding.UTF8.GetBytes($"{id}.{Seconds(at)}.{body}");
        return string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(
            HMACSHA256.HashData(Convert.FromBase64String(secret[Prefix.Length..]), signed))));
    }

    /// <summary>The moment as the header has it: seconds since 1970.</summary>
    public static string Seconds(DateTimeOffset at) =>
        at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
