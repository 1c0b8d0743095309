using TinhSo.Kernel;

namespace TinhSo.Indicators.Definitions;

/// <summary>A definition as it was loaded; an earlier version stays beside a later one.</summary>
internal sealed class StoredDefinition
{
    public required string Code { get; init; }
    public required int Version { get; init; }

    /// <summary>
    /// A digest of all that decides the value: wording may change without a new version, this may not.
    /// </summary>
    public required string Computes { get; init; }

    public required string Body { get; set; }
    public required DateOnly LoadedOn { get; init; }

    /// <summary>Whether a later version or none is in force.</summary>
    public bool Retired { get; set; }
}

/// <summary>One file of the reference data, kept so that every node reads the same.</summary>
internal sealed class Document
{
    public required string Name { get; init; }
    public required string Body { get; set; }
}

/// <summary>Over which span one value counts.</summary>
internal enum Span
{
    Month,
    Rolling30Days,
}

/// <summary>Where a measure's rows come from.</summary>
internal enum Origin
{
    /// <summary>Money that moved in the ledger.</summary>
    Transfers,

    /// <summary>Facts of one name.</summary>
    Facts,

    /// <summary>The newest fact of each key, as a register of how things stand.</summary>
    Register,
}

/// <summary>How a measure's rows become a number.</summary>
internal enum Aggregate
{
    Sum,
    Count,
    CountDistinct,
}

/// <summary>How one figure is computed and what it is called, in one version.</summary>
internal sealed record Definition(
    string Code, int Version, string Question, Text Name, Text Description, string Unit, string Direction, Text Owner,
    Text? Legal, Span Span, IReadOnlySet<string> Breakdowns, Measure Numerator, Measure? Minus, Measure? Denominator,
    IReadOnlyList<string> Reported, IReadOnlyList<string> Targets, bool MarksDemo)
{
    public IEnumerable<Measure> Measures => new[] { Numerator, Minus, Denominator }.OfType<Measure>();

    public bool IsShare => Denominator is not null;
}

/// <summary>A number made of one selection's rows, of which only some dimensions count.</summary>
/// <param name="Only">For a dimension, the values that count; a dimension that is not there is not asked about.</param>
internal sealed record Measure(
    Aggregate Aggregate, Selection Selection, IReadOnlyDictionary<string, IReadOnlyList<string>> Only)
{
    /// <summary>Whether a row with these dimensions counts.</summary>
    public bool Counts(string place, string @class, string channel) =>
        Allows("place", place) && Allows("class", @class) && Allows("channel", channel);

    private bool Allows(string dimension, string value) =>
        !Only.TryGetValue(dimension, out var values) || values.Contains(value);
}

/// <summary>A selection of transfers or facts, shared by all measures that differ only by dimension.</summary>
/// <param name="Key">A digest of all else: the name under which its rows are kept.</param>
/// <param name="Fact">The fact's name; empty for transfers.</param>
/// <param name="Amount">The field that is summed; null when nothing is.</param>
/// <param name="KeyField">The field that tells of whom or what a fact is; null when each stands for itself.</param>
/// <param name="Distinct">The field of which different values are counted; null when none is.</param>
/// <param name="At">The field with the moment, or the month, to which a fact belongs.</param>
/// <param name="Receipt">The field with the receipt's code, or null.</param>
/// <param name="Dimensions">For place, class and channel: the field that holds it.</param>
/// <param name="Where">For a field: the values that count.</param>
/// <param name="Has">Fields that must not be null.</param>
/// <param name="Less">What withdraws a row again, or null.</param>
internal sealed record Selection(
    string Key, Origin Origin, string Fact, string? Amount, string? KeyField, string? Distinct, string At,
    string? Receipt, IReadOnlyDictionary<string, string> Dimensions,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Where, IReadOnlyList<string> Has, Withdrawing? Less);

/// <summary>The fact that withdraws a row of another.</summary>
/// <param name="Fact">Its name.</param>
/// <param name="Key">Its field with the key of what it withdraws.</param>
internal sealed record Withdrawing(string Fact, string Key);
