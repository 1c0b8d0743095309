namespace TinhSo.Kernel.Http;

/// <summary>Makes links with a query.</summary>
public static class Href
{
    /// <summary>The path with those values that are neither null nor empty.</summary>
    public static string Of(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var link = path;
        foreach (var (name, value) in query)
        {
            if (!string.IsNullOrEmpty(value))
            {
                link += $"{(link.Length == path.Length ? '?' : '&')}{name}={Uri.EscapeDataString(value)}";
            }
        }
        return link;
    }
}
