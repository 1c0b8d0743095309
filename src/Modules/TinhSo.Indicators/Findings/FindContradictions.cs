using TinhSo.Indicators.Publications;
using TinhSo.Kernel;

namespace TinhSo.Indicators.Findings;

/// <summary>Applies each rule to the figures that are in force.</summary>
internal sealed class FindContradictions(IReadOnlyList<PublishedFigure> figures, Vocabulary words)
{
    private const string Province = "province";

    private readonly List<PublishedFigure> current = [.. figures.Where(f => f.IsCurrent)];

    /// <summary>All findings, the gravest first; the same finding in two files is one.</summary>
    public IReadOnlyList<Finding> Find(IEnumerable<Rule> rules) =>
    [
        .. rules.SelectMany(rule => Apply(rule).Select(f => new Finding(rule, f.What, f.Rows)))
            .GroupBy(f => (f.Rule.Code, f.What))
            .Select(g => g.First() with { Rows = [.. g.SelectMany(f => f.Rows).DistinctBy(r => r.Id)] })
            .OrderBy(f => Array.IndexOf(["high", "medium", "low"], f.Rule.Severity))
            .ThenBy(f => f.Rule.Code, StringComparer.Ordinal),
    ];

    private IEnumerable<(Text What, IReadOnlyList<PublishedFigure> Rows)> Apply(Rule rule) => rule.Kind switch
    {
        "mean-outside-parts" => MeanOutsideParts(rule),
        "parts-do-not-add-up" => PartsDoNotAddUp(rule),
        "targets-differ" => TargetsDiffer(),
        "share-of-total" => ShareOfTotal(rule),
        "overlap-differs" => OverlapDiffers(rule),
        "far-apart" => FarApart(rule),
        "implied-denominator" => ImpliedDenominator(rule),
        "impossible-path" => ImpossiblePath(rule),
        "vintages-differ" => VintagesDiffer(),
        "rate-against-total" => RateAgainstTotal(rule),
        _ => throw new InvalidOperationException($"There is no kind of rule {rule.Kind}."),
    };

    private IEnumerable<(Text, IReadOnlyList<PublishedFigure>)> MeanOutsideParts(Rule rule)
    {
        foreach (var (whole, parts) in WholeAndParts(rule, "whole"))
        {
            var (low, high) = (parts.Min(Value), parts.Max(Value));
            if (Value(whole) < low || Value(whole) > high)
            {
                yield return (new Text(
                    $"Giá trị chung {Vi(whole)} nằm ngoài khoảng của các phần "
                    + $"({string.Join("; ", parts.Select(Vi))}). Trung bình có trọng số "
                    + "không thể nằm ngoài khoảng này: cần công bố tử số và mẫu số của từng hạng.",
                    $"The overall value {En(whole)} lies outside the range of its parts "
                    + $"({string.Join("; ", parts.Select(En))}). No weighted mean "
                    + "can: numerator and denominator of each class should be published."), [whole, .. parts]);
            }
        }
    }

    private IEnumerable<(Text, IReadOnlyList<PublishedFigure>)> PartsDoNotAddUp(Rule rule)
    {
        foreach (var (total, parts) in WholeAndParts(rule, "total"))
        {
            var sum = parts.Sum(Value);
            if (sum != Value(total))
            {
                yield return (new Text(
                    $"Tổng công bố là {Vi(total)}, nhưng các phần cộng lại là {Words.Number(sum)}.",
                    $"The published total is {En(total)}, but its parts add up to {Words.Number(sum)}."),
                    [total, .. parts]);
            }
        }
    }

    private IEnumerable<(Text, IReadOnlyList<PublishedFigure>)> TargetsDiffer() => current
        .Where(f => f.Kind is FigureKind.Target)
        .GroupBy(f => (f.Series, f.Scope, f.PeriodTo.Year, Measure(f)))
        .Where(g => g.Select(Value).Distinct().Count() > 1)
        .Select(g => (Differ(g, $"Có nhiều mục tiêu khác nhau cho năm {g.Key.Year}",
            $"There are different targets for {g.Key.Year}"), Rows(g)));

    private IEnumerable<(Text, IReadOnlyList<PublishedFigure>)> VintagesDiffer() => current
        .Where(f => f.Kind is FigureKind.Actual)
        .GroupBy(f => (f.Series, f.Scope, f.PeriodFrom, f.PeriodTo, Measure(f)))
        .Where(g => g.Select(Value).Distinct().Count() > 1)
        .Select(g => (Differ(g, $"Cùng kỳ {Period.Show(g.First().Period)} có nhiều giá trị được công bố",
            $"For {Period.Show(g.First().Period)} different values were published"), Rows(g)));

    private IEnumerable<(Text, IReadOnlyList<PublishedFigure>)> ShareOfTotal(Rule rule)
    {
        foreach (var share in Actuals(rule.With["share"]))
        {
            var part = SamePeriod(rule.With["part"], share);
            var total = SamePeriod(rule.With["total"], share);
            if (part is null || total is null || Value(total) == 0)
            {
                continue;
            }
            var computed = 100 * Value(part) / Value(total);
            if (Math.Abs(computed - Value(share)) > rule.Limits["tolerance"])
            {
                yield return (new Text(
                    $"Tỷ lệ công bố là {Vi(share)}, nhưng {Vi(part)} trên {Vi(total)} là "
                    + $"{Words.Number(computed, 1)} %.",
                    $"The published share is {En(share)}, but {En(part)} of {En(total)} is "
                    + $"{Words.Number(computed, 1)} %."), [share, part, total]);
            }
        }
    }

    private IEnumerable<(Text, IReadOnlyList<PublishedFigure>)> OverlapDiffers(Rule rule)
    {
        foreach (var one in Actuals(rule.With["one"]))
        {
            if (SamePeriod(rule.With["other"], one) is { } other && Value(one) != Value(other))
            {
                yield return (new Text(
                    $"Cùng một kỳ có “{one.NameVi}” {Vi(one)} và “{other.NameVi}” {Vi(other)}. Hai số chồng lấn "
                    + "nhau: nguồn cần ghi rõ mỗi số đo điều gì.",
                    $"In one period stand “{one.NameEn}” {En(one)} and “{other.NameEn}” {En(other)}. The two "
                    + "overlap: the source should say what each of them measures."), [one, other]);
            }
        }
    }

    private IEnumerable<(Text, IReadOnlyList<PublishedFigure>)> FarApart(Rule rule)
    {
        var (one, other) = (Newest(rule.With["one"]), Newest(rule.With["other"]));
        if (one is not null && other is not null && Value(other) > 0
            && Math.Max(Value(one), Value(other)) > rule.Limits["factor"] * Math.Min(Value(one), Value(other)))
        {
            yield return (new Text(
                $"“{one.NameVi}” là {Vi(one)}, còn “{other.NameVi}” là {Vi(other)}. Khoảng cách này cần được "
                + "giải thích bằng cách đếm của mỗi số.",
                $"“{one.NameEn}” is {En(one)}, while “{other.NameEn}” is {En(other)}. The gap should be explained "
                + "by how each is counted."), [one, other]);
        }
    }

    private IEnumerable<(Text, IReadOnlyList<PublishedFigure>)> ImpliedDenominator(Rule rule)
    {
        if (Newest(rule.With["whole"]) is not { } whole)
        {
            yield break;
        }
        foreach (var share in Actuals(rule.With["share"]).Where(s => Value(s) > 0))
        {
            if (SamePeriod(rule.With["count"], share) is not { } count)
            {
                continue;
            }
            var implied = 100 * Value(count) / Value(share);
            var (low, high) = (rule.Limits["low"] * Value(whole), rule.Limits["high"] * Value(whole));
            if (implied < low || implied > high)
            {
                yield return (new Text(
                    $"{Vi(count)} ứng với {Vi(share)} thì mẫu số là {Words.Number(implied, 0)}, trong khi theo "
                    + $"“{whole.NameVi}” ({Vi(whole)}) phải từ {Words.Number(low, 0)} đến {Words.Number(high, 0)}. "
                    + "Cần công bố mẫu số.",
                    $"{En(count)} at {En(share)} means a denominator of {Words.Number(implied, 0)}, while by "
                    + $"“{whole.NameEn}” ({En(whole)}) it should be {Words.Number(low, 0)} to "
                    + $"{Words.Number(high, 0)}. The denominator should be published."), [count, share, whole]);
            }
        }
    }

    private IEnumerable<(Text, IReadOnlyList<PublishedFigure>)> ImpossiblePath(Rule rule)
    {
        foreach (var target in current.Where(f => f.Kind is FigureKind.Target && Value(f) > 0))
        {
            var start = current.Where(f => f.Kind is FigureKind.Actual && f.Series == target.Series
                && f.Scope == target.Scope && Measure(f) == Measure(target) && f.PeriodTo < target.PeriodTo)
                .MaxBy(f => f.PeriodTo);
            if (start is null || Value(start) <= 0)
            {
                continue;
            }
            var growth = Growth(start, target);
            if (growth > rule.Limits["growth"])
            {
                yield return (new Text(
                    $"“{target.NameVi}” từ {Vi(start)} ({Period.Show(start.Period)}) lên {Vi(target)} vào năm "
                    + $"{target.PeriodTo.Year} phải tăng {Words.Number(growth, 1)} % mỗi năm.",
                    $"“{target.NameEn}” from {En(start)} ({Period.Show(start.Period)}) to {En(target)} in "
                    + $"{target.PeriodTo.Year} needs to grow by {Words.Number(growth, 1)} % a year."),
                    [start, target]);
            }
        }
    }

    private IEnumerable<(Text, IReadOnlyList<PublishedFigure>)> RateAgainstTotal(Rule rule)
    {
        var (total, rate) = (Newest(rule.With["total"]), Newest(rule.With["rate"]));
        if (total is null || rate is null || Value(total) <= 0 || Value(rate) <= 0)
        {
            yield break;
        }
        var daily = Value(total) / rule.Limits["days"];
        if (Math.Max(daily, Value(rate)) > rule.Limits["factor"] * Math.Min(daily, Value(rate)))
        {
            yield return (new Text(
                $"“{total.NameVi}” là {Vi(total)}, tức khoảng {Words.Number(daily, 0)} mỗi ngày, trong khi "
                + $"“{rate.NameVi}” là {Vi(rate)}. Hai nguồn dùng hai định nghĩa khác nhau.",
                $"“{total.NameEn}” is {En(total)}, about {Words.Number(daily, 0)} a day, while “{rate.NameEn}” is "
                + $"{En(rate)}. The two sources use different definitions."), [total, rate]);
        }
    }

    /// <summary>By how many percent a year a value must grow from one figure to reach another.</summary>
    public decimal Growth(PublishedFigure start, PublishedFigure target)
    {
        var (from, to) = (start.PeriodTo, target.PeriodTo);
        var years = to.Year - from.Year + ((to.Month - from.Month) / 12.0) + ((to.Day - from.Day) / 365.25);
        var ratio = Math.Pow((double)(Value(target) / Value(start)), 1 / Math.Max(years, 0.25));
        return Math.Round((decimal)Math.Min(ratio - 1, 1e6) * 100, 1);
    }

    private IEnumerable<(PublishedFigure Whole, List<PublishedFigure> Parts)> WholeAndParts(Rule rule, string role) =>
        Actuals(rule.With[role]).Where(whole => whole.Scope == Province)
            .Select(whole => (whole, rule.Parts.Select(part => current.Find(f =>
                f.Series == part && f.File == whole.File && f.Period == whole.Period)).OfType<PublishedFigure>().ToList()))
            .Where(x => x.Item2.Count == rule.Parts.Count);

    private IEnumerable<PublishedFigure> Actuals(string series) =>
        current.Where(f => f.Series == series && f.Kind is FigureKind.Actual);

    private PublishedFigure? Newest(string series) =>
        Actuals(series).OrderByDescending(f => f.PeriodTo).ThenBy(f => f.Key, StringComparer.Ordinal).FirstOrDefault();

    private PublishedFigure? SamePeriod(string series, PublishedFigure figure) =>
        Actuals(series).FirstOrDefault(f => f.Period == figure.Period && f.Scope == figure.Scope && f.File == figure.File);

    private Text Differ(IEnumerable<PublishedFigure> figures, string vi, string en)
    {
        var rows = Rows(figures);
        return new Text(
            $"{vi}: {string.Join("; ", rows.Select(Vi).Distinct())} (“{rows[0].NameVi}”).",
            $"{en}: {string.Join("; ", rows.Select(En).Distinct())} (“{rows[0].NameEn}”).");
    }

    private IReadOnlyList<PublishedFigure> Rows(IEnumerable<PublishedFigure> figures) =>
        [.. figures.OrderBy(Value).ThenBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line)];

    private string Measure(PublishedFigure figure) => words.Units[figure.Unit].Measure;

    private decimal Value(PublishedFigure figure) => figure.Value * words.Units[figure.Unit].Factor;

    private string Vi(PublishedFigure figure) => words.Show(figure.Value, figure.Unit).Vi;

    private string En(PublishedFigure figure) => words.Show(figure.Value, figure.Unit).En;
}
