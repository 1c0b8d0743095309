namespace TinhSo.Design;

/// <summary>Where everything of a trend chart stands: across in parts of the width, down in pixels.</summary>
/// <remarks>Because only positions follow the width, words keep their size on a phone.</remarks>
internal sealed class TrendPlot
{
    public const double Height = 270;
    public const double Bottom = 226;
    private const double Top = 30;
    private const double Left = 13;
    private const double LineHeight = 19;
    private const int NameLengthMax = 12;
    private const int TicksMax = 6;
    private readonly Scale scale;
    private readonly int places;
    private readonly double right;

    public TrendPlot(
        IReadOnlyList<string> labels, IReadOnlyList<Series> series, IReadOnlyList<TargetPoint> targets, bool fromZero,
        Func<decimal, string> format)
    {
        places = labels.Count;
        // Names of several lines stand to the right of them; one line needs none.
        right = series.Count > 1 ? 70 : 93;
        scale = Scale.Of(
            [.. series.SelectMany(line => line.Values).OfType<decimal>().Select(value => (double)value),
                .. targets.Select(target => (double)target.Value)],
            fromZero);
        Grid = [.. scale.Ticks.Select(tick => new GridLine(Down(tick), format((decimal)tick), tick == scale.Min))];
        Ticks = TicksOf(labels);
        for (var at = 0; at < series.Count; at++)
        {
            Draw(series[at], first: at == 0, named: series.Count > 1, format);
        }
        foreach (var target in targets)
        {
            Draw(target, labels);
        }
        Spread();
    }

    public IReadOnlyList<GridLine> Grid { get; }

    public IReadOnlyList<Tick> Ticks { get; }

    public List<Segment> Segments { get; } = [];

    public List<Dot> Dots { get; } = [];

    public List<Dot> Targets { get; } = [];

    public List<DirectLabel> Labels { get; private set; } = [];

    private void Draw(Series line, bool first, bool named, Func<decimal, string> format)
    {
        int? before = null;
        for (var at = 0; at < Math.Min(places, line.Values.Count); at++)
        {
            if (line.Values[at] is not { } value)
            {
                continue;
            }
            if (before is { } from)
            {
                Segments.Add(new(
                    Across(from), Down((double)line.Values[from]!.Value), Across(at), Down((double)value), first,
                    Gap: at - from > 1));
            }
            before = at;
        }
        if (before is { } last)
        {
            var value = line.Values[last]!.Value;
            var (x, y) = (Across(last), Down((double)value));
            Dots.Add(new(x, y, first));
            var kind = first ? "value" : "quiet";
            Labels.Add(named
                ? new(x, y - 4, Short(line.Name), format(value), kind)
                : new(x, y - 12, format(value), null, kind));
        }
    }

    private void Draw(TargetPoint target, IReadOnlyList<string> labels)
    {
        var at = labels.ToList().IndexOf(target.At);
        if (at >= 0)
        {
            var (x, y) = (Across(at), Down((double)target.Value));
            Targets.Add(new(x, y, First: false));
            Labels.Add(new(x, y - 12, target.Words, null, "target-words"));
        }
    }

    private List<Tick> TicksOf(IReadOnlyList<string> labels)
    {
        var every = Math.Max(1, (int)Math.Ceiling((places - 1) / (double)(TicksMax - 1)));
        var shown = Enumerable.Range(0, places).Where(at => (places - 1 - at) % every == 0).ToList();
        return
        [
            .. shown.Select((at, order) => new Tick(
                Across(at), labels[at], Minor: shown.Count > 3 && order > 0 && order < shown.Count - 1)),
        ];
    }

    // Words that would lie on one another move apart, upwards first come.
    private void Spread()
    {
        var placed = new List<DirectLabel>();
        foreach (var label in Labels.OrderBy(label => label.Y))
        {
            var y = label.Y;
            foreach (var other in placed.Where(other => Math.Abs(other.X - label.X) < 50).OrderBy(other => other.Y))
            {
                var room = LineHeight * (other.Value is null ? 1 : 2);
                y = Math.Abs(other.Y - y) < room ? other.Y + room : y;
            }
            placed.Add(label with { Y = y });
        }
        Labels = placed;
    }

    private double Across(int place) =>
        places < 2 ? (Left + right) / 2 : Left + ((right - Left) * place / (places - 1));

    // The table under the picture has the whole name.
    private static string Short(string name) => name.Length <= NameLengthMax ? name : name[..(NameLengthMax - 1)] + "…";

    private double Down(double value) => Bottom - (scale.Part(value) * (Bottom - Top));

    internal sealed record GridLine(double Y, string Words, bool IsBase);

    internal sealed record Tick(double X, string Words, bool Minor);

    internal sealed record Segment(double X1, double Y1, double X2, double Y2, bool First, bool Gap);

    internal sealed record Dot(double X, double Y, bool First);

    /// <summary>Words beside a point; with a value on a line of its own they name a whole line.</summary>
    internal sealed record DirectLabel(double X, double Y, string Words, string? Value, string Kind)
    {
        /// <summary>Words near the right edge end at their point, words near the left one begin there.</summary>
        public string Anchor => Value is not null ? "start" : X > 60 ? "end" : X < 30 ? "start" : "middle";
    }
}
