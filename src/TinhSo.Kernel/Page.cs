namespace TinhSo.Kernel;

/// <summary>A part of a list, and where the next part begins.</summary>
/// <param name="Items">In the list's stated order.</param>
/// <param name="Next">What to ask the next part with, or null at the end. Opaque: only ever sent back.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Makes pages.</summary>
public static class Page
{
    /// <summary>Cuts a list that was read one item further than <paramref name="limit"/>.</summary>
    public static Page<T> Cut<T>(IReadOnlyList<T> read, int limit, Func<T, string> key) =>
        read.Count <= limit ? new(read, null) : new([.. read.Take(limit)], key(read[limit - 1]));
}
