using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace TinhSo.Identity.Clients;

/// <summary>The form of keys: <c>tsk_</c>, the key's id, and 256 bits of chance.</summary>
/// <remarks>
/// The beginning lets scanners of code and logs find a key that got lost. So much chance cannot be guessed, so unlike a
/// password a key needs no slow hash.
/// </remarks>
internal static class ClientKey
{
    public const string Prefix = "tsk_";

    private const int SecretBytes = 32;
    private const int IdLength = 32;
    private static readonly int Length = Prefix.Length + IdLength + 1 + Base64Url.GetEncodedLength(SecretBytes);

    /// <summary>A new key.</summary>
    public static string New(Guid id) =>
        $"{Prefix}{id:N}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}";

    /// <summary>The id that stands in a key, or null when it is none.</summary>
    public static Guid? IdIn(string key) => key.Length == Length
        && key.StartsWith(Prefix, StringComparison.Ordinal) && key[Prefix.Length + IdLength] == '_'
        && Guid.TryParseExact(key.AsSpan(Prefix.Length, IdLength), "N", out var id) ? id : null;

    /// <summary>What is kept of a key.</summary>
    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Whether a key is the one of which the hash was kept; takes as long when it is not.</summary>
    public static bool Matches(string key, string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(key)), Encoding.ASCII.GetBytes(hash));
}
