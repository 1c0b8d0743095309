using System.Globalization;
using System.Text.RegularExpressions;

namespace TinhSo.Indicators.Publications;

/// <summary>A year, a month, a day, or a span of years or months, as publications write it.</summary>
internal static partial class Period
{
    /// <summary>Reads <c>2025</c>, <c>2025-04</c>, <c>2025-04-30</c> or <c>2020-2024</c>.</summary>
    public static bool TryRead(string text, out DateOnly from, out DateOnly to)
    {
        (from, to) = (default, default);
        if (Years().Match(text) is { Success: true } years)
        {
            var (first, last) = (Number(years.Groups[1]), Number(years.Groups[2]));
            if (first > last || first < 1900)
            {
                return false;
            }
            (from, to) = (new DateOnly(first, 1, 1), new DateOnly(last, 12, 31));
            return true;
        }
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out from))
        {
            to = from;
            return true;
        }
        if (DateOnly.TryParseExact($"{text}-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None,
            out from))
        {
            to = from.AddMonths(1).AddDays(-1);
            return true;
        }
        if (DateOnly.TryParseExact($"{text}-01-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None,
            out from))
        {
            to = from.AddYears(1).AddDays(-1);
            return true;
        }
        return false;
    }

    /// <summary>The text that stands on pages: days as in Vietnam, months as 04/2025.</summary>
    public static string Show(string period) => period.Length switch
    {
        7 when TryRead(period, out var month, out _) => month.ToString("MM'/'yyyy", CultureInfo.InvariantCulture),
        10 when TryRead(period, out var day, out _) => day.ToString("dd'/'MM'/'yyyy", CultureInfo.InvariantCulture),
        9 => period.Replace('-', '–'),
        _ => period,
    };

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(\d{4})-(\d{4})$")]
    private static partial Regex Years();
}
