using System.Text.Json;

namespace TinhSo.Payments.Shifts;

/// <summary>A note or coin that people pay with.</summary>
/// <param name="Value">In đồng.</param>
/// <param name="From">Its first day; null when it was there before this platform.</param>
/// <param name="Until">Its last day; null while it is in circulation.</param>
internal sealed record Denomination(long Value, DateOnly? From, DateOnly? Until)
{
    public bool IsInForce(DateOnly day) => (From is null || From <= day) && (Until is null || day <= Until);
}

/// <summary>The denominations of the đồng, as reference/cash lists them.</summary>
internal static class Denominations
{
    /// <summary>More pieces of one denomination than any till holds.</summary>
    public const int PiecesMax = 1_000_000;

    private static readonly Lazy<IReadOnlyList<Denomination>> All = new(Load);

    /// <summary>Those in circulation on a day, the largest first.</summary>
    public static IReadOnlyList<Denomination> On(DateOnly day) => [.. All.Value.Where(one => one.IsInForce(day))];

    /// <summary>The name of the field in which a denomination is counted.</summary>
    public static string FieldOf(long value) => FormattableString.Invariant($"pieces-{value}");

    private static List<Denomination> Load()
    {
        using var list = typeof(Denominations).Assembly.GetManifestResourceStream("denominations.json")!;
        return [.. JsonSerializer.Deserialize<List<Denomination>>(list, JsonSerializerOptions.Web)!
            .OrderByDescending(one => one.Value)];
    }
}
