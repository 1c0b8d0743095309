namespace TinhSo.Design;

/// <summary>A range of values with round steps, as an axis shows it.</summary>
internal sealed record Scale(double Min, double Max, double Step)
{
    private const int StepsWanted = 4;

    /// <summary>The round values from the least to the greatest.</summary>
    public IEnumerable<double> Ticks =>
        Enumerable.Range(0, (int)Math.Round((Max - Min) / Step) + 1).Select(step => Min + (step * Step));

    /// <summary>The range that holds all <paramref name="values"/>, from zero if so wished.</summary>
    public static Scale Of(IReadOnlyCollection<double> values, bool fromZero)
    {
        var least = values.Count == 0 ? 0 : values.Min();
        var greatest = values.Count == 0 ? 1 : values.Max();
        least = fromZero ? Math.Min(0, least) : least;
        greatest = fromZero ? Math.Max(0, greatest) : greatest;
        if (least == greatest)
        {
            (least, greatest) = least == 0 ? (0, 1) : (Math.Min(0, least), Math.Max(0, greatest));
        }
        var step = RoundUp((greatest - least) / StepsWanted);
        return new(Math.Floor(least / step) * step, Math.Ceiling(greatest / step) * step, step);
    }

    /// <summary>How far up the range a value lies, from 0 to 1.</summary>
    public double Part(double value) => (value - Min) / (Max - Min);

    private static double RoundUp(double raw)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var lead = raw / power;
        return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 2.5 ? 2.5 : lead <= 5 ? 5 : 10);
    }
}
