using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Clients;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Signing;

/// <summary>
/// Checks that a system of others has signed what it asks (RFC 9421, ECDSA on P-256 with SHA-256), lately, and once.
/// </summary>
/// <remarks>Only whoever has come by its key gets here, so the answer may say what is wrong.</remarks>
internal sealed class CheckSignature(IdentityDb db, TimeProvider clock)
{
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string Algorithm = "ecdsa-p256-sha256";
    private const int SignatureBytes = 64;

    /// <summary>Null when all is right; otherwise why the request is not carried out.</summary>
    public async Task<Refusal?> Run(HttpRequest request, Guid clientId, CancellationToken stop)
    {
        var pem = await db.Clients.Where(client => client.Id == clientId).Select(client => client.PublicKey)
            .SingleAsync(stop);
        if (pem is null)
        {
            return IdentityRefusals.NoPublicKey;
        }
        var input = Single(request, "Signature-Input") is { } header ? SignatureInput.Parse(header) : null;
        if (input is null || SignatureOf(request, input.Label) is not { } signature)
        {
            return Wrong("Signature-Input hoặc Signature thiếu hay không đọc được.",
                "Signature-Input or Signature is missing or cannot be read.");
        }
        if (!SignedLines.CoversAll(input))
        {
            return Wrong("Phải ký @method, @target-uri (hoặc @path và @query) và content-digest.",
                "It must cover @method, @target-uri (or @path and @query) and content-digest.");
        }
        if (input.KeyId != $"{clientId}" || input.Algorithm is not (null or Algorithm))
        {
            return Wrong($"keyid phải là mã của hệ thống, alg chỉ có thể là {Algorithm}.",
                $"keyid must be the client's id, and alg can only be {Algorithm}.");
        }
        if (!IsFresh(input))
        {
            return Wrong("created lệch quá 5 phút so với giờ hệ thống, hoặc đã quá expires.",
                "created is more than 5 minutes from the platform's time, or expires is over.");
        }
        if (!await IsDigestRight(request, stop))
        {
            return Wrong("Content-Digest thiếu sha-256 hoặc không khớp nội dung.",
                "Content-Digest has no sha-256, or the body is another.");
        }
        using var key = PublicKeys.Open(pem);
        if (SignedLines.Of(request, input) is not { } signed || !key.VerifyData(signed, signature,
            HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))
        {
            return Wrong("Chữ ký không khớp với yêu cầu.", "The signature does not fit the request.");
        }
        return await IsFirst(clientId, signed, input.Created, stop) ? null : IdentityRefusals.SignatureUsed;
    }

    private bool IsFresh(SignatureInput input)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return Math.Abs(now - input.Created) <= Tolerance.TotalSeconds && !(input.Expires <= now);
    }

    private static byte[]? SignatureOf(HttpRequest request, string label)
    {
        if (Single(request, "Signature") is not { } header)
        {
            return null;
        }
        var reader = new FieldReader(header);
        return reader.Key() == label && reader.Take('=')
            && reader.Bytes() is { Length: SignatureBytes } bytes && reader.IsAtEnd ? bytes : null;
    }

    private static async Task<bool> IsDigestRight(HttpRequest request, CancellationToken stop)
    {
        if (Single(request, "Content-Digest") is not { } header || DigestIn(header) is not { } told)
        {
            return false;
        }
        request.EnableBuffering();
        var digest = await SHA256.HashDataAsync(request.Body, stop);
        request.Body.Position = 0;
        return CryptographicOperations.FixedTimeEquals(digest, told);
    }

    /// <summary>The one sha-256 in a header of RFC 9530, which may tell others too.</summary>
    internal static byte[]? DigestIn(string header)
    {
        var reader = new FieldReader(header);
        var found = (byte[]?)null;
        do
        {
            reader.Take(' ');
            if (reader.Key() is not { } name || !reader.Take('=') || reader.Bytes() is not { } bytes
                || (name == "sha-256" && found is not null))
            {
                return null;
            }
            found = name == "sha-256" ? bytes : found;
        }
        while (reader.Take(','));
        return reader.IsAtEnd ? found : null;
    }

    // More than one would leave open which of them counts.
    private static string? Single(HttpRequest request, string name) =>
        request.Headers.TryGetValue(name, out var values) && values.Count == 1 ? values[0] : null;

    // By what was signed, not by the signature: whoever has one can make a second that holds as well.
    private async Task<bool> IsFirst(Guid clientId, byte[] signed, long created, CancellationToken stop)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(signed));
        var now = clock.GetUtcNow();
        return await db.InTransaction(async () =>
        {
            await db.SeenSignatures.Where(seen => seen.ClientId == clientId && seen.KeptUntil < now)
                .ExecuteDeleteAsync(stop);
            if (await db.SeenSignatures.AnyAsync(seen => seen.ClientId == clientId && seen.Hash == hash, stop))
            {
                return false;
            }
            db.Add(new SeenSignatureRow
            {
                ClientId = clientId,
                Hash = hash,
                // A second more than it can be accepted: the clock is compared in whole ones.
                KeptUntil = DateTimeOffset.FromUnixTimeSeconds(created) + Tolerance + TimeSpan.FromSeconds(1),
            });
            await db.SaveChangesAsync(stop);
            return true;
        }, stop);
    }

    private static Refusal Wrong(string vi, string en) =>
        IdentityRefusals.WrongSignature with { Detail = new Text(vi, en) };
}
