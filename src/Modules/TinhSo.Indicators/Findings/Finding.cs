using TinhSo.Indicators.Publications;
using TinhSo.Kernel;

namespace TinhSo.Indicators.Findings;

/// <summary>Published figures that cannot all be right, or not in the same sense.</summary>
/// <param name="What">What differs, in plain words with the numbers.</param>
/// <param name="Rows">The figures, each with its source and date.</param>
internal sealed record Finding(Rule Rule, Text What, IReadOnlyList<PublishedFigure> Rows)
{
    public static readonly Text OwnerUnknown = new("Chưa rõ", "Not known");

    public Text Owner => Rule.Owner ?? OwnerUnknown;
}
