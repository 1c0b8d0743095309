using TinhSo.Kernel;

namespace TinhSo.Billing.Claims;

/// <summary>Dated parts as a page has them typed: one a line, the amount and then the day.</summary>
internal static class PlanText
{
    private const int LinesMax = 40;

    /// <summary>The parts; what cannot be told apart is left for the use case to refuse.</summary>
    public static IReadOnlyList<PlannedPart> Read(string? typed) =>
        [.. (typed ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Take(LinesMax).Select(line => line.LastIndexOfAny([' ', '\t']) is > 0 and var gap
                ? new PlannedPart(line[..gap], line[(gap + 1)..]) : new PlannedPart(line, null))];

    /// <summary>What is wrong with the parts, as errors of the fields that the page has.</summary>
    public static IReadOnlyDictionary<string, Text> Fields(IReadOnlyDictionary<string, Text> fields)
    {
        var shown = new Dictionary<string, Text>(StringComparer.Ordinal);
        foreach (var (field, reason) in fields)
        {
            shown.TryAdd(field == "reason" ? "why" : "plan", reason);
        }
        return shown;
    }
}
