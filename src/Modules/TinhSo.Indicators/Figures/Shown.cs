using System.Globalization;
using TinhSo.Indicators.Definitions;
using TinhSo.Indicators.Publications;
using TinhSo.Kernel;
using static TinhSo.Kernel.Language;

namespace TinhSo.Indicators.Figures;

/// <summary>How figures are written on pages, in the language of the request.</summary>
internal static class Shown
{
    public static string? Number(decimal? value) => value is { } known ? Words.Number(known, 1) : null;

    public static string Value(this Book book, PublishedFigure figure) =>
        $"{Bound(figure.Bound)}{book.Words.Show(figure.Value, figure.Unit)}";

    public static string Month(string month) => Publications.Period.Show(month);

    public static string Days(this Book book, Definition definition, string month)
    {
        var (from, to) = book.DaysOf(definition, month);
        return definition.Span is Span.Rolling30Days || to.AddDays(1).Day != 1
            ? $"{Words.Date(from)} – {Words.Date(to)}"
            : Month(month);
    }

    public static string Bound(string? bound) => bound switch
    {
        "min" => Say("ít nhất ", "at least "),
        "max" => Say("nhiều nhất ", "at most "),
        "over" => Say("trên ", "over "),
        "about" => Say("khoảng ", "about "),
        _ => "",
    };

    public static string Channel(string channel) => channel switch
    {
        "cash" => Say("Tiền mặt", "Cash"),
        "vietqr" => "VietQR",
        "bank-transfer" => Say("Chuyển khoản", "Bank transfer"),
        "card" => Say("Thẻ", "Card"),
        "wallet" => Say("Ví điện tử", "Electronic wallet"),
        "counter" => Say("Quầy của đối tác", "Partner's counter"),
        "internal" => Say("Nội bộ", "Internal"),
        "" => Say("Không ghi", "Not given"),
        _ => channel,
    };

    public static string Class(string number) => number switch
    {
        "1" => Say("Chợ hạng I", "Class I markets"),
        "2" => Say("Chợ hạng II", "Class II markets"),
        "3" => Say("Chợ hạng III", "Class III markets"),
        "0" => Say("Chưa xếp hạng", "Class not settled"),
        "" => Say("Không ghi", "Not given"),
        _ => number,
    };

    /// <summary>A source's title, with the code by which files name it.</summary>
    public static string Source(this Book book, string source) => string.Join("; ", source.Split(';').Select(s =>
        book.Sources.TryGetValue(s, out var known)
            ? $"{known.Title} ({s}, {Publications.Period.Show(known.Published)})"
            : s));

    public static string Part(FigurePart part) => part switch
    {
        FigurePart.Numerator => Say("Tử số", "Numerator"),
        FigurePart.Minus => Say("Phần trừ", "Subtracted"),
        _ => Say("Mẫu số", "Denominator"),
    };

    /// <summary>The formula in words.</summary>
    public static string Formula(Definition definition) => (definition.Denominator, definition.Minus) switch
    {
        (not null, null) => Say("tử số ÷ mẫu số × 100", "numerator ÷ denominator × 100"),
        (not null, not null) =>
            Say("(tử số − phần trừ) ÷ mẫu số × 100", "(numerator − subtracted) ÷ denominator × 100"),
        (null, not null) => Say("tử số − phần trừ", "numerator − subtracted"),
        _ => Say("tử số", "numerator"),
    };

    /// <summary>What one measure counts, in words.</summary>
    public static string About(Measure measure)
    {
        var selection = measure.Selection;
        var what = measure.Aggregate switch
        {
            Aggregate.Sum => Say("Tổng số tiền của", "The sum of amounts of"),
            Aggregate.Count => Say("Số lượng", "The number of"),
            _ => Say($"Số giá trị khác nhau của {selection.Distinct} trong",
                $"Different values of {selection.Distinct} in"),
        };
        var origin = selection.Origin switch
        {
            Origin.Transfers => Say("giao dịch trên sổ cái", "transfers in the ledger"),
            Origin.Register => Say($"bản ghi mới nhất theo {selection.KeyField} ({selection.Fact})",
                $"newest records by {selection.KeyField} ({selection.Fact})"),
            _ => Say($"sự kiện {selection.Fact}", $"facts {selection.Fact}"),
        };
        var conditions = selection.Where.Concat(measure.Only)
            .Select(w => $"{w.Key} = {string.Join(Say(" hoặc ", " or "), w.Value)}")
            .Concat(selection.Has.Select(h => Say($"{h} có giá trị", $"{h} is given")))
            .Order(StringComparer.Ordinal).ToList();
        return conditions.Count == 0 ? $"{what} {origin}." : $"{what} {origin}: {string.Join("; ", conditions)}.";
    }

    public static string RowsHref(string code, string month, FigurePart part, Narrowing narrowing) => string.Create(
        CultureInfo.InvariantCulture,
        $"/indicators/{code}/rows?period={month}&part={part.ToString().ToLowerInvariant()}")
        + Query("place", narrowing.Place) + Query("class", narrowing.Class) + Query("channel", narrowing.Channel);

    private static string Query(string name, string? value) =>
        value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";
}
