namespace TinhSo.Benchmarks;

/// <summary>One line of a table.</summary>
/// <param name="Suite">Whose.</param>
/// <param name="What">What was asked.</param>
/// <param name="Store">Of which engine.</param>
/// <param name="Callers">How many asked at once, each waiting for its answer before it asked again.</param>
internal sealed record Row(string Suite, string What, string Store, int Callers);

/// <summary>What one run came to; durations in milliseconds, what it used in microseconds a transfer.</summary>
/// <param name="Rate">Transfers a second.</param>
/// <param name="Here">The processors' time of the process that asked; the ledger's too, where it is in it.</param>
/// <param name="Web">That of the web server's process, where there is one.</param>
/// <param name="Postgres">That of PostgreSQL's processes, where it is on this machine and in use.</param>
/// <param name="Written">Bytes a transfer: see <see cref="Gauges"/>.</param>
internal sealed record Run(
    double Rate, double P50, double P99, double P999, double Max, double Here, double? Web, double? Postgres,
    double Written)
{
    /// <summary>What was done from one moment to another.</summary>
    /// <param name="from">The earlier.</param>
    /// <param name="to">The later.</param>
    /// <param name="each">How many transfers each answer stood for.</param>
    public static Run Between(Mark from, Mark to, int each)
    {
        var answered = to.Answered.Since(from.Answered);
        var transfers = Math.Max(1, answered.Count * each);
        return new Run(
            answered.Count * each / (to.At - from.At).TotalSeconds,
            Ms(answered.At(0.5)), Ms(answered.At(0.99)), Ms(answered.At(0.999)), Ms(answered.At(1)),
            (to.Used.Here - from.Used.Here).TotalMicroseconds / transfers,
            (to.Used.Web - from.Used.Web)?.TotalMicroseconds / transfers,
            (to.Used.Postgres - from.Used.Postgres)?.TotalMicroseconds / transfers,
            (double)(to.Used.Written - from.Used.Written) / transfers);
    }

    /// <summary>How many times as fast as another it was; nothing when either is not known.</summary>
    public static double? Ratio(Run? one, Run? other) => other is { Rate: > 0 } ? one?.Rate / other.Rate : null;

    private static double Ms(double ticks) => ticks / TimeSpan.TicksPerMillisecond;
}

/// <summary>All that was measured, in the order of its first coming.</summary>
internal sealed class Results
{
    private readonly OrderedDictionary<Row, List<Run>> runs = [];
    private readonly List<(string Suite, string Line)> notes = [];

    public IEnumerable<Row> Rows => runs.Keys;

    public IEnumerable<string> NotesOf(string suite) => notes.Where(note => note.Suite == suite).Select(n => n.Line);

    public bool HasFailed { get; private set; }

    public void Add(Row row, Run run)
    {
        if (!runs.TryGetValue(row, out var before))
        {
            runs[row] = before = [];
        }
        before.Add(run);
    }

    public void Note(string suite, string line) => notes.Add((suite, line));

    /// <summary>Keeps why a suite ended early; what it had measured before counts all the same.</summary>
    public void Fail(string suite, Exception failure)
    {
        HasFailed = true;
        Note(suite, $"**This suite failed and is not complete:** {failure.Message.ReplaceLineEndings(" ")}");
    }

    /// <summary>The median of each figure by itself; of a row without callers, at whichever number there is.</summary>
    public Run? MedianOf(Row? like)
    {
        var row = like is null ? null : runs.Keys.FirstOrDefault(
            row => row == like || (like.Callers == 0 && row with { Callers = 0 } == like));
        return row is null ? null : Median(row);
    }

    private Run Median(Row row)
    {
        var all = runs[row];
        return new Run(Of(run => run.Rate), Of(run => run.P50), Of(run => run.P99), Of(run => run.P999),
            Of(run => run.Max), Of(run => run.Here), OfSome(run => run.Web), OfSome(run => run.Postgres),
            Of(run => run.Written));

        double Of(Func<Run, double> figure)
        {
            var sorted = all.Select(figure).Order().ToList();
            return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
        }

        double? OfSome(Func<Run, double?> figure) =>
            all.TrueForAll(run => figure(run) is not null) ? Of(run => figure(run)!.Value) : null;
    }
}
