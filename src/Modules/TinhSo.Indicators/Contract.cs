using TinhSo.Kernel.Http;

namespace TinhSo.Indicators;

/// <summary>Counts what the platform does, beside what the province publishes.</summary>
public interface IIndicators
{
    /// <summary>Loads published figures, definitions and rules: all of it or, when anything is wrong, nothing.</summary>
    /// <remarks>The same files again change nothing. New definitions are counted from the beginning of the logs.</remarks>
    /// <param name="folders">Where the files are.</param>
    /// <param name="stop">Ends the wait.</param>
    Task<LoadReport> Load(ReferenceFolders folders, CancellationToken stop);

    /// <summary>Forgets all that was counted and counts again from the beginning of both logs.</summary>
    /// <remarks>Figures are incomplete meanwhile. Safe beside running nodes: nothing is counted twice.</remarks>
    Task<CountReport> Recompute(CancellationToken stop);

    /// <summary>Counts from the beginning in memory, and compares with what is kept. Changes nothing.</summary>
    /// <remarks>Sees as a difference what nodes have not yet taken in: ask when they stand still.</remarks>
    Task<VerifyReport> Verify(CancellationToken stop);
}

/// <summary>Why indicators refuse.</summary>
public static class IndicatorsRefusals
{
    /// <summary>There is no such indicator, or it is no longer computed.</summary>
    public static readonly Refusal NoSuchIndicator = new("indicators.no-such-indicator",
        new("Không có chỉ số này.", "There is no such indicator."), 404);
}

/// <summary>Where the reference data is.</summary>
/// <param name="Reference">Holds figures.csv and the rest.</param>
/// <param name="FactSchemas">Holds the JSON schemas of facts.</param>
public sealed record ReferenceFolders(string Reference, string FactSchemas)
{
    /// <summary>The copies that lie beside the program.</summary>
    public static readonly ReferenceFolders BesideTheProgram = new(
        Path.Combine(AppContext.BaseDirectory, "reference"),
        Path.Combine(AppContext.BaseDirectory, "docs", "facts"));
}

/// <summary>What came of loading.</summary>
/// <param name="Changes">Every row that was added, changed or removed.</param>
/// <param name="Unchanged">How many rows were as before.</param>
/// <param name="Bad">What is wrong with the files; nothing was loaded when there is any.</param>
public sealed record LoadReport(
    IReadOnlyList<RowChange> Changes, int Unchanged, IReadOnlyList<BadRow> Bad)
{
    /// <summary>How many rows changed in one way.</summary>
    public int Count(RowChangeKind kind) => Changes.Count(c => c.Kind == kind);
}

/// <summary>One row that a load changed.</summary>
/// <param name="Kind">How.</param>
/// <param name="File">In which file it stands, or stood.</param>
/// <param name="Line">Its line; 0 for what no longer stands there.</param>
/// <param name="Key">What tells it from others.</param>
public sealed record RowChange(RowChangeKind Kind, string File, int Line, string Key);

/// <summary>The ways in which a load changes a row.</summary>
public enum RowChangeKind
{
    /// <summary>It was not there before.</summary>
    Added,

    /// <summary>It says something else; the former version is kept.</summary>
    Changed,

    /// <summary>It is no longer in its file; the former version is kept.</summary>
    Removed,
}

/// <summary>What is wrong with a row or a field.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1; 0 when it is the file itself.</param>
/// <param name="Field">The field or column; empty when it is the whole row.</param>
/// <param name="Message">What is wrong, in English, for whoever keeps the files.</param>
public sealed record BadRow(string File, int Line, string Field, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Field == "" ? $"{File}:{Line}: {Message}" : $"{File}:{Line}: {Field}: {Message}";
}

/// <summary>What was counted from the beginning.</summary>
/// <param name="Transfers">Transfers read.</param>
/// <param name="Facts">Facts read.</param>
public sealed record CountReport(long Transfers, long Facts);

/// <summary>Whether what is kept is what the logs give.</summary>
/// <param name="Compared">How many sums were compared.</param>
/// <param name="Differences">Those that differ; empty when all is well.</param>
public sealed record VerifyReport(int Compared, IReadOnlyList<SumDifference> Differences);

/// <summary>A sum that is not what the logs give.</summary>
/// <param name="Sum">Its stream, month and dimensions.</param>
/// <param name="Kept">Count and amount as kept.</param>
/// <param name="Expected">Count and amount as the logs give them.</param>
public sealed record SumDifference(string Sum, string Kept, string Expected);
