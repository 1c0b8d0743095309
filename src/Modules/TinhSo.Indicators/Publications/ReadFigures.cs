using System.Globalization;
using System.Text.RegularExpressions;
using TinhSo.Kernel;

namespace TinhSo.Indicators.Publications;

/// <summary>Turns the rows of the published files into targets and reported values.</summary>
internal sealed partial class ReadFigures(Vocabulary words, IReadOnlySet<string> sources, TimeProvider clock)
{
    public const string FiguresFile = "figures.csv";
    public const string SeriesFile = "digital-economy-series.csv";
    public const string MarketsFile = "markets-aggregate.csv";
    public const string SourcesFile = "sources.csv";

    public static readonly string[] FigureColumns =
        ["id", "kind", "name_vi", "name_en", "scope", "unit", "value", "bound", "as_of", "source"];
    public static readonly string[] SeriesColumns = ["province", "year", "indicator", "value", "unit", "source"];
    public static readonly string[] MarketColumns =
        ["scope", "class", "markets_in_scope", "markets_total", "cashless_share", "as_of", "source"];
    public static readonly string[] SourceColumns = ["id", "title", "published"];

    private static readonly string[] Bounds = ["min", "max", "over", "about"];
    private readonly HashSet<string> keys = new(StringComparer.Ordinal);

    public List<BadRow> Errors { get; } = [];

    public List<PublishedFigure> Figures { get; } = [];

    /// <summary>One value of figures.csv.</summary>
    public void ReadFigure(CsvRow row)
    {
        var kind = row["kind"] switch
        {
            "actual" => FigureKind.Actual,
            "target" => FigureKind.Target,
            _ => Wrong<FigureKind>(row, "kind", "Must be actual or target."),
        };
        var bound = row["bound"] == "" ? null : row["bound"];
        if (bound is not null && !Bounds.Contains(bound))
        {
            Wrong(row, "bound", $"Must be empty or one of: {string.Join(", ", Bounds)}.");
        }
        foreach (var source in row["source"].Split(';').Where(s => !sources.Contains(s)))
        {
            Wrong(row, "source", $"sources.csv holds no {source}.");
        }
        var series = SeriesOf(row["id"]);
        var group = words.GroupOf(series);
        if (row["id"] == "" || group is null)
        {
            Wrong(row, "id", "No group of groups.csv holds it.");
        }
        Add(row, row["id"], series, kind, group?.Code ?? "", new Text(row["name_vi"], row["name_en"]), row["scope"],
            row["unit"], row["value"], "value", bound, null, "as_of");
    }

    /// <summary>One value of digital-economy-series.csv.</summary>
    public void ReadSeries(CsvRow row)
    {
        if (!words.Series.TryGetValue(row["indicator"], out var series))
        {
            Wrong(row, "indicator", "series.csv holds no name for it.");
            return;
        }
        var (unit, note) = Cut(row["unit"]);
        var kind = row["indicator"].EndsWith("_target", StringComparison.Ordinal)
            ? FigureKind.Target
            : FigureKind.Actual;
        var key = string.Join('|', row["province"], row["year"], row["indicator"], row["unit"], row["source"]);
        Add(row, key, series.Series, kind, series.Group, series.Name, row["province"], unit, row["value"], "value",
            BoundOf(note), note, "year");
    }

    /// <summary>The values of one row of markets-aggregate.csv: one for each column that is filled.</summary>
    public void ReadMarkets(CsvRow row)
    {
        var suffix = row["class"] switch
        {
            "I" => ".class1",
            "II" => ".class2",
            "III" => ".class3",
            "all" or "" => "",
            _ => Wrong<string>(row, "class", "Must be I, II, III, all or empty.") ?? "",
        };
        (string Column, string Series, string Unit, Text Name)[] values =
        [
            ("markets_in_scope", "market.digital", "markets",
                new("Số chợ theo mô hình chợ 4.0", "Markets running the market 4.0 model")),
            ("markets_total", "market.total", "markets", new("Tổng số chợ", "Markets")),
            ("cashless_share", "market.stall_acceptance_share", "percent",
                new("Hộ kinh doanh tại chợ chấp nhận thanh toán không dùng tiền mặt",
                    "Stallholders accepting cashless payment")),
        ];
        var filled = values.Where(v => row[v.Column] != "").ToList();
        if (filled.Count == 0)
        {
            Wrong(row, "cashless_share", "The row holds no value.");
        }
        foreach (var (column, series, unit, name) in filled)
        {
            var key = string.Join('|', row["scope"], row["class"], row["as_of"], column, row["source"]);
            Add(row, key, series + suffix, FigureKind.Actual, "market", name, row["scope"], unit, row[column], column,
                null, null, "as_of");
        }
    }

    /// <summary>The part of a figure's id before its year: what it measures.</summary>
    internal static string SeriesOf(string id) =>
        string.Join('.', id.Split('.').TakeWhile(part => !YearFirst().IsMatch(part)));

    private void Add(CsvRow row, string key, string series, FigureKind kind, string group, Text name, string scope,
        string unit, string value, string valueColumn, string? bound, string? note, string periodColumn)
    {
        if (!decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var number))
        {
            Wrong(row, valueColumn, "Must be a number such as 86.3.");
        }
        if (!Period.TryRead(row[periodColumn], out var from, out var to))
        {
            Wrong(row, periodColumn, "Must be a year, a month, a day or a span, such as 2025-04 or 2020-2024.");
        }
        if (!words.Units.ContainsKey(unit))
        {
            Wrong(row, "unit", $"units.csv holds no {unit}.");
        }
        if (name.Vi == "" || name.En == "" || scope == "" || row["source"] == "")
        {
            Wrong(row, "", "Names, scope and source are needed.");
        }
        if (!keys.Add($"{row.File}\n{key}"))
        {
            Wrong(row, "", "The same row stands there twice.");
        }
        Figures.Add(new PublishedFigure
        {
            Id = Ids.New(clock),
            File = row.File,
            Line = row.Line,
            Key = key,
            Series = series,
            Kind = kind,
            GroupCode = group,
            NameVi = name.Vi,
            NameEn = name.En,
            Scope = words.Scopes.TryGetValue(scope, out var known) ? known.Scope : scope,
            Unit = unit,
            Value = number,
            Bound = bound,
            Note = note,
            Period = row[periodColumn],
            PeriodFrom = from,
            PeriodTo = to,
            Source = row["source"],
            LoadedOn = clock.Today(),
        });
    }

    // "bn VND (above)" is the unit bn VND with a remark.
    private static (string Unit, string? Note) Cut(string unit)
    {
        var match = Remark().Match(unit);
        return match.Success ? (match.Groups[1].Value, match.Groups[2].Value) : (unit, null);
    }

    private static string? BoundOf(string? note) => note?.Split(' ', ';', ',')[0] switch
    {
        "above" or "over" => "over",
        "about" or "nearly" => "about",
        _ => null,
    };

    private void Wrong(CsvRow row, string column, string what) =>
        Errors.Add(new BadRow(row.File, row.Line, column, what));

    private T? Wrong<T>(CsvRow row, string column, string what)
    {
        Wrong(row, column, what);
        return default;
    }

    [GeneratedRegex(@"^\d{4}")]
    private static partial Regex YearFirst();

    [GeneratedRegex(@"^(.+?) \((.*)\)$")]
    private static partial Regex Remark();
}
