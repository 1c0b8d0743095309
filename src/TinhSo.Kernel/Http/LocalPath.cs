namespace TinhSo.Kernel.Http;

/// <summary>Keeps redirects on this site.</summary>
public static class LocalPath
{
    /// <summary>The path that was asked for if it leads to this site, otherwise the home page.</summary>
    /// <remarks>Browsers read <c>//host</c> and <c>/\host</c> as other sites.</remarks>
    public static string Of(string? asked) =>
        asked is ['/', ..] and not ['/', '/' or '\\', ..] && !asked.Any(char.IsControl) ? asked : "/";
}
