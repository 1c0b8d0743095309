using TinhSo.Kernel;

namespace TinhSo.Markets.Markets;

/// <summary>The class of a market by Decree 60/2024/NĐ-CP, article 4(2), in force since 1 August 2024.</summary>
/// <remarks>
/// Class 1: more than 400 points, solid. Class 2: 200 to 400 points, solid or semi-solid. Class 3: fewer than 200
/// points, or not yet solid or semi-solid. More than 400 points and semi-solid is settled by none of the three: such
/// a market has class 0 and says so.
/// </remarks>
internal static class MarketClass
{
    private const int ClassOneAbove = 400;
    private const int ClassTwoFrom = 200;

    /// <summary>Not settled, by the text or for want of knowledge.</summary>
    public const int Unsettled = 0;

    public static (int Class, Text? Note) Of(int? points, Building building) => (points, building) switch
    {
        (_, Building.Makeshift) or ( < ClassTwoFrom, _) => (3, null),
        (null, _) => (Unsettled, new("Chưa có số điểm kinh doanh được xác minh.",
            "The number of business points is not verified.")),
        (_, Building.Unknown) => (Unsettled, new("Chưa rõ chợ kiên cố hay bán kiên cố.",
            "How solid the building is has not been stated.")),
        ( > ClassOneAbove, Building.Solid) => (1, null),
        ( > ClassOneAbove, _) => (Unsettled, new(
            "Trên 400 điểm nhưng bán kiên cố: nghị định chưa quy định rõ hạng.",
            "More than 400 points but semi-solid: the decree does not settle the class.")),
        _ => (2, null),
    };

    /// <summary>The class as people write it, such as Hạng 1.</summary>
    public static string NameOf(int marketClass) => marketClass == Unsettled
        ? Language.Say("Chưa xác định hạng", "Class not settled")
        : Language.Say($"Hạng {marketClass}", $"Class {marketClass}");
}
