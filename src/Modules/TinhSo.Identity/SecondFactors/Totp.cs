using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace TinhSo.Identity.SecondFactors;

/// <summary>Codes of six digits that change every half minute: RFC 6238 with SHA-1, as all such apps have it.
/// </summary>
internal static class Totp
{
    private const int Digits = 6;
    private const int SecondsAStep = 30;
    private const int SecretBytes = 20;
    // A phone's clock may be wrong by that much.
    private const int StepsApart = 1;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>A new secret in base32 (RFC 4648), without padding.</summary>
    public static string NewSecret() => ToBase32(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>What the QR code says from which an app learns the secret.</summary>
    public static string Uri(string issuer, string userName, string secret) =>
        $"otpauth://totp/{System.Uri.EscapeDataString(issuer)}:{System.Uri.EscapeDataString(userName)}"
        + $"?secret={secret}&issuer={System.Uri.EscapeDataString(issuer)}&algorithm=SHA1&digits={Digits}"
        + $"&period={SecondsAStep}";

    /// <summary>The half minute of a moment.</summary>
    public static long StepAt(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / SecondsAStep;

    /// <summary>The half minute near <paramref name="now"/> whose code was typed, or null.</summary>
    /// <param name="secret">In base32.</param>
    /// <param name="typed">Spaces do not count.</param>
    /// <param name="now">When it was typed.</param>
    /// <param name="after">Only half minutes after this one count.</param>
    public static long? Match(string secret, string? typed, DateTimeOffset now, long after)
    {
        var digits = string.Concat((typed ?? "").Where(sign => !char.IsWhiteSpace(sign)));
        if (digits.Length != Digits || !digits.All(char.IsAsciiDigit))
        {
            return null;
        }
        var key = FromBase32(secret);
        var here = StepAt(now);
        for (var step = Math.Max(here - StepsApart, after + 1); step <= here + StepsApart; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Ascii(Code(key, step)), Ascii(digits)))
            {
                return step;
            }
        }
        return null;
    }

    /// <summary>The code of a half minute.</summary>
    public static string Code(ReadOnlySpan<byte> key, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // What RFC 6238 has, and apps can do; the key is random and the message a number.
        HMACSHA1.HashData(key, counter, hash);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 15)..]) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>Bytes of a text in base32.</summary>
    public static byte[] FromBase32(string text)
    {
        var bytes = new byte[text.Length * 5 / 8];
        var (held, bits, filled) = (0, 0, 0);
        foreach (var letter in text)
        {
            held = (held << 5) | Alphabet.IndexOf(letter, StringComparison.Ordinal);
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[filled++] = (byte)(held >> bits);
                held &= (1 << bits) - 1;
            }
        }
        return bytes;
    }

    // Twenty bytes make 32 letters, with nothing left over.
    private static string ToBase32(byte[] bytes)
    {
        var bits = string.Concat(bytes.Select(one => one.ToString("b8", CultureInfo.InvariantCulture)));
        return string.Concat(bits.Chunk(5).Select(five => Alphabet[Convert.ToInt32(new string(five), 2)]));
    }

    private static byte[] Ascii(string digits) => System.Text.Encoding.ASCII.GetBytes(digits);
}
