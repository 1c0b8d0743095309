using TinhSo.Kernel;

namespace TinhSo.Design;

/// <summary>Ids of elements that only labels point to.</summary>
internal static class ElementId
{
    /// <summary>The id that belongs to a wording: the same in every answer, so that pages can be compared.</summary>
    public static string Of(string kind, params ReadOnlySpan<string?> words) =>
        $"{kind}-{Ids.From("element", string.Join('\n', words)).ToString("N")[..10]}";
}
