using System.Security.Cryptography;

namespace TinhSo.Kernel;

/// <summary>A code that people read aloud and banks carry in a memo: Crockford base32 and a check letter.</summary>
/// <remarks>
/// <para>Survives lower case, stripped punctuation, and the usual slips O for 0 and I or L for 1.</para>
/// <para>
/// The check letter is a polynomial over GF(32): it finds every wrong letter and every swap of two letters, in codes
/// of up to 31 letters.
/// </para>
/// </remarks>
public static class ShortCode
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    // x^5 + x^2 + 1 is primitive, so the powers of x run through all 31 non-zero elements.
    private const int Polynomial = 0b100101;

    /// <summary>A new random code of <paramref name="length"/> letters, its check letter included.</summary>
    public static string New(int length)
    {
        Span<char> code = stackalloc char[length];
        for (var i = 0; i < length - 1; i++)
        {
            code[i] = Alphabet[RandomNumberGenerator.GetInt32(Alphabet.Length)];
        }
        code[^1] = CheckLetter(code[..^1]);
        return new string(code);
    }

    /// <summary>
    /// The code of <paramref name="length"/> letters that belongs to an identifier: the same for ever.
    /// </summary>
    public static string From(Guid id, int length)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(id.ToByteArray(bigEndian: true), hash);
        Span<char> code = stackalloc char[length];
        for (var i = 0; i < length - 1; i++)
        {
            code[i] = Alphabet[hash[i] & 31];
        }
        code[^1] = CheckLetter(code[..^1]);
        return new string(code);
    }

    /// <summary>The code as it was given out, or null when <paramref name="typed"/> cannot be one.</summary>
    public static string? Parse(string? typed, int length)
    {
        Span<char> code = stackalloc char[length];
        var filled = 0;
        foreach (var letter in typed ?? "")
        {
            if (char.IsWhiteSpace(letter) || letter is '-' or '.')
            {
                continue;
            }
            var plain = Plain(letter);
            if (plain == '\0' || filled == length)
            {
                return null;
            }
            code[filled++] = plain;
        }
        return filled == length && CheckLetter(code[..^1]) == code[^1] ? new string(code) : null;
    }

    /// <summary>Every code that may stand in a bank's memo behind <paramref name="prefix"/>, in order.</summary>
    /// <remarks>Banks upper-case memos, strip punctuation and put words of their own before and behind.</remarks>
    public static IEnumerable<string> FindIn(string? memo, string prefix, int length)
    {
        var stripped = string.Concat((memo ?? "").Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        for (var at = stripped.IndexOf(prefix, StringComparison.Ordinal);
            at >= 0 && at + prefix.Length + length <= stripped.Length;
            at = stripped.IndexOf(prefix, at + 1, StringComparison.Ordinal))
        {
            if (Parse(stripped.Substring(at + prefix.Length, length), length) is { } code)
            {
                yield return code;
            }
        }
    }

    private static char Plain(char letter) => char.ToUpperInvariant(letter) switch
    {
        'O' => '0',
        'I' or 'L' => '1',
        var upper => Alphabet.Contains(upper, StringComparison.Ordinal) ? upper : '\0',
    };

    private static char CheckLetter(ReadOnlySpan<char> code)
    {
        var remainder = 0;
        foreach (var letter in code)
        {
            remainder = TimesX(remainder ^ Alphabet.IndexOf(letter, StringComparison.Ordinal));
        }
        return Alphabet[remainder];
    }

    private static int TimesX(int element)
    {
        var shifted = element << 1;
        return (shifted & 0b100000) == 0 ? shifted : shifted ^ Polynomial;
    }
}
