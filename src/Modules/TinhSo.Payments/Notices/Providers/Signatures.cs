using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TinhSo.Payments.Notices.Providers;

/// <summary>Compares signatures so that the time it takes tells nothing.</summary>
internal static class Signatures
{
    /// <summary>A notice signed earlier, or as much later, may be a recorded one.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(5);

    /// <summary>Whether the hexadecimal <paramref name="claimed"/> is the hash under one of the secrets.</summary>
    public static bool Holds(
        string? claimed, IReadOnlyList<string> secrets, byte[] message, Func<byte[], byte[], byte[]> hash)
    {
        var given = Encoding.ASCII.GetBytes((claimed ?? "").Trim().ToLowerInvariant());
        var holds = false;
        foreach (var secret in secrets)
        {
            var right = Convert.ToHexStringLower(hash(Encoding.UTF8.GetBytes(secret), message));
            holds |= CryptographicOperations.FixedTimeEquals(given, Encoding.ASCII.GetBytes(right));
        }
        return holds;
    }

    /// <summary>Whether a signed time, in Unix seconds or milliseconds, is near enough.</summary>
    public static bool IsFresh(string? stamp, bool inMilliseconds, DateTimeOffset now)
    {
        if (!long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }
        var age = now.ToUnixTimeMilliseconds() - (Int128)count * (inMilliseconds ? 1 : 1000);
        return Int128.Abs(age) <= (Int128)AgeMax.TotalMilliseconds;
    }
}
