using System.Globalization;
using TinhSo.Kernel;

namespace TinhSo.Payments.Statements.Files;

/// <summary>Texts of strangers, as they can be stored and compared.</summary>
internal static class StatementText
{
    public const int MemoMax = 1000;
    public const int NameMax = 140;

    /// <summary>A text in its stored form: whole characters, no controls, cut to a length; null when nothing is left.
    /// </summary>
    public static string? Clean(string? text, int lengthMax = NameMax)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }
        var clean = Words.Clean(string.Concat(text.Select(sign => char.IsControl(sign) ? ' ' : sign)));
        if (clean.Length > lengthMax)
        {
            // Never through the middle of a character of two halves.
            clean = clean[..(char.IsHighSurrogate(clean[lengthMax - 1]) ? lengthMax - 1 : lengthMax)].TrimEnd();
        }
        return clean.Length == 0 ? null : clean;
    }

    /// <summary>An account's number, in capitals and without spaces; null when there is none.</summary>
    public static string? Account(string? text) =>
        Clean(text?.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant(), 40);

    /// <summary>A reference that says something: banks write NOTPROVIDED where there is none.</summary>
    public static string? Reference(string? text) =>
        Clean(text) is { } clean && !clean.Equals("NOTPROVIDED", StringComparison.OrdinalIgnoreCase) ? clean : null;

    /// <summary>Several texts as one memo, none of them twice.</summary>
    public static string Memo(params IEnumerable<string?> parts) =>
        Clean(string.Join(' ', parts.Select(part => Clean(part, MemoMax)).OfType<string>().Distinct()), MemoMax) ?? "";

    /// <summary>A decimal as ISO 20022 writes it, or null.</summary>
    public static decimal? Decimal(string? text) => decimal.TryParse((text ?? "").Trim(),
        NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A day as ISO 8601 writes it, with or without a zone; or null.</summary>
    public static DateOnly? Day(string? text) => text?.Trim() is { Length: >= 10 } day
        && DateOnly.TryParseExact(day[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None,
            out var on)
        && on.Year is >= 1900 and <= 2199 ? on : null;

    /// <summary>The day in Vietnam that a day or a moment stands for; or null.</summary>
    public static DateOnly? DayOf(string? text) =>
        text?.Contains('T', StringComparison.Ordinal) == true && Moment(text) is { } at
            ? VietnamTime.DayOf(at)
            : Day(text);

    /// <summary>A moment as ISO 8601 writes it, on a Vietnamese clock when it names no zone; or null.</summary>
    public static DateTimeOffset? Moment(string? text)
    {
        if (!DateTime.TryParse((text ?? "").Trim(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind,
            out var at) || at.Year is < 1900 or > 2199)
        {
            return null;
        }
        return at.Kind is DateTimeKind.Unspecified
            ? new DateTimeOffset(at, VietnamTime.Offset).ToUniversalTime()
            : new DateTimeOffset(at.ToUniversalTime());
    }
}
