using System.Collections.Concurrent;
using System.Globalization;
using TinhSo.Indicators.Counting;
using TinhSo.Indicators.Definitions;
using TinhSo.Indicators.Findings;
using TinhSo.Indicators.Publications;

namespace TinhSo.Indicators.Figures;

/// <summary>
/// All that pages show of figures, as it stood at one moment: they read it without asking the database.
/// </summary>
internal sealed class Book
{
    public const int MonthsShown = 12;

    // Pages ask for the same values again and again, and a book never changes.
    private readonly ConcurrentDictionary<(string Code, int Version, string Month), FigureValue?> values = new();
    private readonly ConcurrentDictionary<(string Code, int Version), string?> firstMonths = new();

    public required string Stamp { get; init; }
    public required DateOnly Today { get; init; }
    public required IReadOnlyList<(Definition Definition, DateOnly LoadedOn, bool Retired)> Versions { get; init; }
    public required IReadOnlyList<QuestionWord> Questions { get; init; }
    public required Vocabulary Words { get; init; }
    public required IReadOnlyList<PublishedFigure> Published { get; init; }
    public required IReadOnlyDictionary<string, Source> Sources { get; init; }
    public required IReadOnlyList<Finding> Findings { get; init; }
    public required ILookup<string, Cell> Cells { get; init; }

    /// <summary>Counts of different keys, by selection, dimensions and month.</summary>
    public required IReadOnlyDictionary<(string Selection, string Only, string Month), long> Distinct { get; set; }

    /// <summary>Whether counting from the beginning is under way, so that figures are incomplete.</summary>
    public required bool Recounting { get; init; }

    public IEnumerable<Definition> Definitions =>
        Versions.Where(v => !v.Retired).Select(v => v.Definition).OrderBy(d => d.Code, StringComparer.Ordinal);

    /// <summary>Whether anything in the system was made for demonstration.</summary>
    /// <remarks>
    /// Only markets say so of themselves; what is sold and billed there cannot be told from the rest.
    /// </remarks>
    public bool HasDemo => Definitions.Where(d => d.MarksDemo).Any(d => At(d, CurrentMonth)?.Value > 0);

    public string CurrentMonth => Tally.MonthOf(Today);

    /// <summary>The last twelve months, oldest first, the present one included.</summary>
    public IReadOnlyList<string> Months =>
        [.. Enumerable.Range(0, MonthsShown).Select(i => Tally.MonthOf(Today.AddMonths(i - MonthsShown + 1)))];

    public Definition? Find(string code) => Definitions.FirstOrDefault(d => d.Code == code);

    /// <summary>The value of a month; null before anything was counted for the figure.</summary>
    public FigureValue? At(Definition definition, string month, Narrowing? narrowing = null) =>
        narrowing is null || narrowing == Narrowing.None
            ? values.GetOrAdd((definition.Code, definition.Version, month),
                _ => Compute(definition, month, Narrowing.None))
            : Compute(definition, month, narrowing);

    /// <summary>The newest value that there is, within the months shown.</summary>
    public FigureValue? Latest(Definition definition) =>
        Months.Reverse().Select(m => At(definition, m)).FirstOrDefault(v => v?.Value is not null && HasRows(v))
        ?? At(definition, CurrentMonth);

    /// <summary>The days that a value of a month covers.</summary>
    public (DateOnly From, DateOnly To) DaysOf(Definition definition, string month)
    {
        var from = DateOnly.ParseExact($"{month}-01", "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var to = from.AddMonths(1).AddDays(-1);
        to = to > Today && from <= Today ? Today : to;
        return definition.Span is Span.Rolling30Days ? (to.AddDays(-29), to) : (from, to);
    }

    public IReadOnlyList<PublishedFigure> ReportedFor(Definition definition) =>
        [.. Current(FigureKind.Actual).Where(f => Names(definition.Reported, f)).OrderByDescending(f => f.PeriodTo)];

    public IReadOnlyList<PublishedFigure> TargetsFor(Definition definition) =>
        [.. Current(FigureKind.Target).Where(f => Names(definition.Targets, f)).OrderBy(f => f.PeriodTo)];

    /// <summary>The findings that concern what was published for a figure.</summary>
    public IEnumerable<Finding> FindingsFor(Definition definition) => Findings.Where(
        f => f.Rows.Any(r => Names(definition.Reported, r) || Names(definition.Targets, r)));

    /// <summary>Published figures in force whose name, scope or source holds all words, by group and series.</summary>
    public IReadOnlyList<PublishedFigure> Search(string? query, string? group)
    {
        var words = Kernel.Words.Fold(query ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. Published.Where(f => f.IsCurrent && (string.IsNullOrEmpty(group) || f.GroupCode == group))
                .Where(f => words.Length == 0 || words.All(Folded(f).Contains))
                .OrderBy(f => f.Series, StringComparer.Ordinal).ThenByDescending(f => f.PeriodTo)
                .ThenBy(f => f.Line),
        ];

        string Folded(PublishedFigure f) => Kernel.Words.Fold(
            $"{f.NameVi} {f.NameEn} {f.Scope} {Words.ScopeName(f.Scope)} {f.Source} {f.Period} {f.Key}");
    }

    /// <summary>The values of a dimension that were ever counted for a figure.</summary>
    public IReadOnlyList<string> ValuesOf(Definition definition, Func<Cell, string> dimension) =>
        [.. CellsOf(definition).Select(dimension).Where(v => v != "").Distinct().Order(StringComparer.Ordinal)];

    public static string Render(Measure measure) => string.Join(';', measure.Only
        .OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key}={string.Join(',', o.Value)}"));

    private FigureValue? Compute(Definition definition, string month, Narrowing only)
    {
        if (FirstMonth(definition) is not { } first || string.CompareOrdinal(month, first) < 0)
        {
            return null;
        }
        return new FigureValue(definition, month, new Parts(
            Number(definition.Numerator, month, only),
            definition.Minus is null ? 0 : Number(definition.Minus, month, only),
            definition.Denominator is null ? null : Number(definition.Denominator, month, only)));
    }

    private long Number(Measure measure, string month, Narrowing narrowing)
    {
        if (measure.Aggregate is Aggregate.CountDistinct)
        {
            return narrowing == Narrowing.None
                ? Distinct.GetValueOrDefault((measure.Selection.Key, Render(measure), month))
                : 0;
        }
        var upTo = measure.Selection.Origin is Origin.Register;
        return Cells[measure.Selection.Key]
            .Where(c => (upTo ? string.CompareOrdinal(c.Month, month) <= 0 : c.Month == month)
                && measure.Counts(c.Place, c.Class, c.Channel) && narrowing.Takes(c.Place, c.Class, c.Channel))
            .Sum(c => measure.Aggregate is Aggregate.Sum ? c.Amount : c.Count);
    }

    // A flow without rows in a month says nothing of it yet; a register stands as it was left.
    private bool HasRows(FigureValue value) => value.Definition.Measures.Any(m =>
        m.Selection.Origin is Origin.Register || Cells[m.Selection.Key].Any(c => c.Month == value.Month));

    private string? FirstMonth(Definition definition) => firstMonths.GetOrAdd((definition.Code, definition.Version),
        _ => CellsOf(definition).Select(c => c.Month).Min());

    private IEnumerable<Cell> CellsOf(Definition definition) =>
        definition.Measures.Select(m => m.Selection.Key).Distinct().SelectMany(key => Cells[key]);

    private IEnumerable<PublishedFigure> Current(FigureKind kind) =>
        Published.Where(f => f.IsCurrent && f.Kind == kind);

    private static bool Names(IReadOnlyList<string> names, PublishedFigure figure) =>
        names.Contains(figure.Series) || names.Contains(figure.Key);
}

/// <summary>One sum of one month.</summary>
internal sealed record Cell(
    string Selection, string Month, string Place, string Class, string Channel, long Count, long Amount);
