using System.Globalization;
using TinhSo.Indicators.Counting;
using TinhSo.Indicators.Definitions;
using TinhSo.Kernel.Http;

namespace TinhSo.Indicators.Figures;

/// <summary>Which rows are asked for, checked alike for the page, the API and the download.</summary>
internal sealed record RowsRequest(
    Book Book, Definition Definition, FigurePart Part, Measure Measure, string Month, Narrowing Narrowing)
{
    public static Outcome<RowsRequest> Of(
        Book book, string code, string? month, string? part, Narrowing narrowing, string? cursor)
    {
        if (book.Find(code) is not { } definition)
        {
            return IndicatorsRefusals.NoSuchIndicator;
        }
        var errors = new FieldErrors();
        var chosen = part is null ? FigurePart.Numerator : errors.Choice<FigurePart>("part", part);
        var measure = chosen.Of(definition);
        if (measure is null)
        {
            errors.Add("part", "Chỉ số này không có phần đó.", "The indicator has no such part.");
        }
        var asked = ReadMonth(month) ?? (month is null ? Tally.MonthOf(book.Today) : null);
        if (asked is null)
        {
            errors.Add("period", "Hãy ghi tháng, ví dụ 2026-11.", "Give a month, such as 2026-11.");
        }
        if (cursor is not null && !ListRows.TryReadCursor(cursor, out _, out _))
        {
            errors.Add("cursor", "Dấu trang không đúng.", "This is not a cursor of a page.");
        }
        return errors.Any
            ? errors.ToRefusal()
            : new RowsRequest(book, definition, chosen, measure!, asked!, narrowing);
    }

    /// <summary>A month as it is asked for, or null when it is none.</summary>
    public static string? ReadMonth(string? typed) => DateOnly.TryParseExact($"{typed}-01", "yyyy-MM-dd",
        CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1999 and < 9999
        ? Tally.MonthOf(day)
        : null;
}
