using TinhSo.Kernel;

namespace TinhSo.Indicators.Publications;

/// <summary>Whether somebody reported a value or aims at it.</summary>
internal enum FigureKind
{
    Actual,
    Target,
}

/// <summary>
/// One value that somebody published, kept as published; a former version stays and says until when it stood.
/// </summary>
internal sealed class PublishedFigure
{
    public required Guid Id { get; init; }
    public required string File { get; init; }
    public required int Line { get; set; }

    /// <summary>What tells it from the other rows of its file.</summary>
    public required string Key { get; init; }

    /// <summary>What it measures, the same in every file, such as <c>grdp.digital_share</c>.</summary>
    public required string Series { get; init; }

    public required FigureKind Kind { get; init; }
    public required string GroupCode { get; init; }
    public required string NameVi { get; init; }
    public required string NameEn { get; init; }

    /// <summary>For whom it holds, as a code of scopes.csv or a province's own name.</summary>
    public required string Scope { get; init; }

    /// <summary>A word of units.csv.</summary>
    public required string Unit { get; init; }

    public required decimal Value { get; init; }

    /// <summary><c>min</c>, <c>max</c>, <c>over</c> or <c>about</c>; null when the value is exact.</summary>
    public string? Bound { get; init; }

    /// <summary>What the source remarks on it.</summary>
    public string? Note { get; init; }

    /// <summary>As written: a year, a month, a day or a span.</summary>
    public required string Period { get; init; }

    public required DateOnly PeriodFrom { get; init; }
    public required DateOnly PeriodTo { get; init; }
    public required string Source { get; init; }
    public required DateOnly LoadedOn { get; init; }
    public DateOnly? SupersededOn { get; set; }

    public bool IsCurrent => SupersededOn is null;

    public Text Name => new(NameVi, NameEn);

    public bool Says(PublishedFigure other) =>
        (Series, Kind, GroupCode, NameVi, NameEn, Scope, Unit, Value, Bound, Note, Period, Source)
        == (other.Series, other.Kind, other.GroupCode, other.NameVi, other.NameEn, other.Scope, other.Unit, other.Value,
            other.Bound, other.Note, other.Period, other.Source);
}

/// <summary>Who published something.</summary>
internal sealed class Source
{
    public required string Id { get; init; }
    public required string Title { get; set; }

    /// <summary>As written: a year, a month or a day.</summary>
    public required string Published { get; set; }
}
