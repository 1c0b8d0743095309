using System.Security.Cryptography;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Signing;

/// <summary>Public keys as they are sent in: ECDSA on P-256, in PEM, and never a private one.</summary>
internal static class PublicKeys
{
    private const string Label = "PUBLIC KEY";
    private const string P256 = "1.2.840.10045.3.1.7";
    private const int LengthMax = 1_000;

    /// <summary>The key in one form of PEM; null when it is empty or, which is told, no such key.</summary>
    public static string? Read(FieldErrors errors, string field, string? pem)
    {
        if (string.IsNullOrWhiteSpace(pem))
        {
            return null;
        }
        if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            errors.Add(field, "Đây là khóa bí mật. Hãy giữ kín, tạo cặp khóa mới và chỉ gửi khóa công khai.",
                "This is a private key. Keep it secret, make a new pair, and send the public key alone.");
            return null;
        }
        using var key = TryOpen(pem);
        if (key is null)
        {
            errors.Add(field, "Hãy dán khóa công khai ECDSA P-256 dạng PEM.",
                "Paste a public key of ECDSA P-256 in PEM.");
        }
        return key?.ExportSubjectPublicKeyInfoPem();
    }

    /// <summary>The key that was read before.</summary>
    public static ECDsa Open(string pem) =>
        TryOpen(pem) ?? throw new InvalidOperationException("A public key that was accepted cannot be read.");

    private static ECDsa? TryOpen(string pem)
    {
        if (pem.Length > LengthMax || !PemEncoding.TryFind(pem, out var found) || pem[found.Label] != Label)
        {
            return null;
        }
        var key = ECDsa.Create();
        try
        {
            var der = Convert.FromBase64String(pem[found.Base64Data]);
            key.ImportSubjectPublicKeyInfo(der, out var read);
            if (read == der.Length && key.ExportParameters(includePrivateParameters: false).Curve is
                { IsNamed: true, Oid.Value: P256 })
            {
                return key;
            }
        }
        catch (CryptographicException)
        {
            // Another kind of key, or a point that is not on its curve.
        }
        key.Dispose();
        return null;
    }
}
