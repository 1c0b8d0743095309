namespace TinhSo.Design;

/// <summary>Sorts values into at most five steps that hold about as many units each.</summary>
internal sealed class Quantiles
{
    private const int StepsMax = 5;
    private readonly List<decimal[]> steps;

    public Quantiles(IEnumerable<decimal> values)
    {
        var sorted = values.Order().ToArray();
        // Equal values share a step, so the step of a value is that of its first place in the order.
        steps =
        [
            .. sorted
                .GroupBy(value => Array.IndexOf(sorted, value) * StepsMax / sorted.Length)
                .Select(step => step.ToArray()),
        ];
    }

    /// <summary>The least and greatest value of each step that has any.</summary>
    public IEnumerable<(decimal Least, decimal Greatest)> Ranges => steps.Select(step => (step[0], step[^1]));

    /// <summary>The shade of a step, from 0 to 4: few steps still reach the darkest.</summary>
    public int Shade(int step) => StepsMax - steps.Count + step;

    /// <summary>The shade of a value.</summary>
    public int ShadeOf(decimal value) => Shade(steps.FindIndex(step => value <= step[^1]));
}
