using System.Buffers;
using System.Text;

namespace TinhSo.Identity.Signing;

/// <summary>
/// Reads the few kinds of structured fields (RFC 9651) that signatures need, in the one form in which they are written.
/// </summary>
/// <remarks>Where the standard lets a reader be lenient this one is not: what is signed has one reading.</remarks>
internal sealed class FieldReader(string text)
{
    // Of sha-512, the longest digest that stands in such a field.
    private const int BytesMax = 64;
    private const int DigitsMax = 15;

    private static readonly SearchValues<char> Base64 =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    /// <summary>How far it has read.</summary>
    public int At { get; private set; }

    public bool IsAtEnd => At == text.Length;

    /// <summary>Whether this sign is next, and then goes past it.</summary>
    public bool Take(char sign)
    {
        if (IsAtEnd || text[At] != sign)
        {
            return false;
        }
        At++;
        return true;
    }

    /// <summary>A key: lower-case letters, digits, <c>_ - . *</c>, beginning with a letter.</summary>
    public string? Key()
    {
        var from = At;
        while (!IsAtEnd && (char.IsAsciiLetterLower(text[At])
            || (At > from && (char.IsAsciiDigit(text[At]) || text[At] is '_' or '-' or '.' or '*'))))
        {
            At++;
        }
        return At > from ? text[from..At] : null;
    }

    /// <summary>A string in quotation marks, of printable ASCII.</summary>
    public string? String()
    {
        if (!Take('"'))
        {
            return null;
        }
        var value = new StringBuilder();
        while (!IsAtEnd && text[At] is >= ' ' and <= '~' and var sign)
        {
            At++;
            if (sign == '"')
            {
                return value.ToString();
            }
            if (sign == '\\')
            {
                if (IsAtEnd || text[At] is not ('"' or '\\'))
                {
                    return null;
                }
                sign = text[At++];
            }
            value.Append(sign);
        }
        return null;
    }

    /// <summary>A whole number that is not negative.</summary>
    public long? Number()
    {
        var from = At;
        while (!IsAtEnd && char.IsAsciiDigit(text[At]) && At - from < DigitsMax)
        {
            At++;
        }
        var digits = text.AsSpan(from, At - from);
        return digits.Length == 0 || (digits[0] == '0' && digits.Length > 1)
            ? null
            : long.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Bytes in base64 between colons.</summary>
    public byte[]? Bytes()
    {
        if (!Take(':') || text.IndexOf(':', At) is not (> 0 and var end))
        {
            return null;
        }
        var written = text[At..end];
        At = end + 1;
        var bytes = new byte[BytesMax];
        // One way to write each: what the last letter holds beyond its bytes must be nothing.
        return written.AsSpan().ContainsAnyExcept(Base64)
            || !Convert.TryFromBase64String(written, bytes, out var length)
            || Convert.ToBase64String(bytes, 0, length) != written
            ? null
            : bytes[..length];
    }
}
