using System.Globalization;
using System.Text;

namespace TinhSo.Kernel;

/// <summary>How amounts, dates and names are written and compared in Vietnam, in both languages alike.</summary>
public static class Words
{
    private static readonly CultureInfo Format = Language.Vietnamese;

    /// <summary>An amount in đồng, such as <c>226.199.670.000 đ</c>, with spaces that do not break.</summary>
    public static string Dong(long amount) => $"{amount.ToString("N0", Format)}\u00a0đ";

    /// <summary>A whole number, such as <c>1.362.880</c>.</summary>
    public static string Number(long number) => number.ToString("N0", Format);

    /// <summary>A number with up to <paramref name="digits"/> decimals, such as <c>86,3</c>.</summary>
    public static string Number(decimal number, int digits = 2) =>
        number.ToString($"#,##0.{new string('#', digits)}", Format);

    /// <summary>A day, such as <c>21/11/2026</c>.</summary>
    public static string Date(DateOnly day) => day.ToString("dd'/'MM'/'yyyy", CultureInfo.InvariantCulture);

    /// <summary>The Vietnamese day of an instant, such as <c>21/11/2026</c>.</summary>
    public static string Date(DateTimeOffset instant) => Date(VietnamTime.DayOf(instant));

    /// <summary>An instant on a Vietnamese clock, such as <c>14:05 21/11/2026</c>.</summary>
    public static string Moment(DateTimeOffset instant) =>
        VietnamTime.Of(instant).ToString("HH':'mm dd'/'MM'/'yyyy", CultureInfo.InvariantCulture);

    /// <summary>A text without tone marks, with <c>đ</c> as <c>d</c>, in lower case: what searches compare.</summary>
    /// <remarks>Unicode does not decompose <c>đ</c>, so it is folded by hand.</remarks>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var letter in Normal(text, NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark)
            {
                continue;
            }
            folded.Append(letter is 'đ' or 'Đ' ? 'd' : char.ToLowerInvariant(letter));
        }
        return folded.ToString();
    }

    /// <summary>A text in ASCII alone, as banks and QR codes can carry it: no marks, no other signs.</summary>
    public static string Ascii(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in Normal(text, NormalizationForm.FormD))
        {
            var ascii = letter switch { 'đ' => 'd', 'Đ' => 'D', _ => letter };
            if (ascii is >= ' ' and <= '~')
            {
                plain.Append(ascii);
            }
        }
        return plain.ToString();
    }

    /// <summary>A text in the one composed form (NFC) that the platform stores, trimmed.</summary>
    public static string Clean(string text) => Normal(text, NormalizationForm.FormC).Trim();

    /// <summary>Whether a text has signs that no text has: control characters other than breaks and tabs.</summary>
    /// <remarks>PostgreSQL refuses to store U+0000 at all, so such a text must not reach a query.</remarks>
    public static bool HasControls(string text)
    {
        foreach (var letter in text)
        {
            if (char.IsControl(letter) && letter is not ('\n' or '\r' or '\t'))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Hides all but the last <paramref name="shown"/> characters, for lists and logs.</summary>
    public static string Mask(string secret, int shown = 3) => secret.Length <= shown
        ? new string('•', secret.Length)
        : string.Concat(new string('•', Math.Min(secret.Length - shown, 6)), secret.AsSpan(secret.Length - shown));

    /// <summary>
    /// A text in one normal form; what is no character at all becomes U+FFFD, where .NET would throw.
    /// </summary>
    private static string Normal(string text, NormalizationForm form)
    {
        if (System.Text.Ascii.IsValid(text))
        {
            return text;
        }
        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            whole.Append(rune.Value == 0xFFFE ? "\uFFFD" : rune.ToString());
        }
        return whole.ToString().Normalize(form);
    }
}
