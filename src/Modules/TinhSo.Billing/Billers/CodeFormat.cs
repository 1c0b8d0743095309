using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Billers;

/// <summary>How the last signs of a code follow from the others, so that most slips are found.</summary>
internal enum CheckRule
{
    /// <summary>They do not.</summary>
    None,

    /// <summary>ISO/IEC 7812-1, over digits.</summary>
    Luhn,

    /// <summary>ISO/IEC 7064 MOD 11-2: digits, of which the last may be X.</summary>
    Mod11,

    /// <summary>ISO/IEC 7064 MOD 97-10: two digits behind digits and letters.</summary>
    Mod97,
}

/// <summary>How codes of a kind look: a pattern, and a rule for the last signs.</summary>
/// <param name="Pattern">A regular expression for the whole code in its stored form.</param>
/// <param name="Check">The rule.</param>
internal sealed record CodeFormat(string Pattern, CheckRule Check)
{
    public const int PatternMax = 100;
    public const int CodeMax = 40;

    // Made once each; a pattern is data of a few hundred providers at most.
    private static readonly ConcurrentDictionary<string, Regex> Known = new(StringComparer.Ordinal);

    /// <summary>A code in its stored form: capitals, without the spaces by which people part it.</summary>
    public static string Clean(string? typed) =>
        string.Concat(Words.Clean(typed ?? "").Where(sign => !char.IsWhiteSpace(sign))).ToUpperInvariant();

    /// <summary>The code in its stored form; what is wrong with it is added to <paramref name="errors"/>.</summary>
    public string Read(string field, string? typed, FieldErrors errors)
    {
        var code = Clean(errors.Required(field, typed, CodeMax * 2));
        if (code.Length > 0 && !Fits(code))
        {
            errors.Add(field, "Mã này không đúng định dạng. Hãy kiểm tra lại từng ký tự.",
                "This code does not have the right form. Check each letter again.");
        }
        return code;
    }

    /// <summary>Whether a code in its stored form can be one of these at all.</summary>
    public bool Fits(string code) =>
        code.Length is > 0 and <= CodeMax && code.All(IsPlain) && Expression(Pattern).IsMatch(code)
        && HasRightEnd(code);

    /// <summary>Whether a pattern can be used: it takes time that grows with the code's length and no faster.</summary>
    public static bool IsPattern(string pattern)
    {
        try
        {
            return pattern.Length is > 0 and <= PatternMax && Expression(pattern) is not null;
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            // What the language of patterns does not have: the only way to learn it is to try.
            return false;
        }
    }

    private static Regex Expression(string pattern) => Known.GetOrAdd(pattern, static one =>
        new Regex($@"\A(?:{one})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));

    // None of these begins a formula, ends a field or is a control character.
    private static bool IsPlain(char sign) => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '.' or '/' or '_';

    private bool HasRightEnd(string code)
    {
        var signs = string.Concat(code.Where(char.IsAsciiLetterOrDigit));
        return Check switch
        {
            CheckRule.Luhn => signs.All(char.IsAsciiDigit) && Luhn(signs) == 0,
            CheckRule.Mod11 => Mod11(signs),
            CheckRule.Mod97 => signs.Length > 2 && Mod97(signs) == 1,
            _ => true,
        };
    }

    private static int Luhn(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            var weighed = i % 2 == 1 ? digit * 2 : digit;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        return sum % 10;
    }

    private static bool Mod11(string signs)
    {
        if (signs.Length < 2 || !signs[..^1].All(char.IsAsciiDigit)
            || !(char.IsAsciiDigit(signs[^1]) || signs[^1] == 'X'))
        {
            return false;
        }
        var product = signs[..^1].Aggregate(0, (sofar, digit) => (sofar + (digit - '0')) * 2 % 11);
        var last = (12 - product) % 11;
        return last == (signs[^1] == 'X' ? 10 : signs[^1] - '0');
    }

    private static int Mod97(string signs) => signs.Aggregate(0, (sofar, sign) => char.IsAsciiDigit(sign)
        ? ((sofar * 10) + (sign - '0')) % 97
        : ((sofar * 100) + (sign - 'A' + 10)) % 97);
}
