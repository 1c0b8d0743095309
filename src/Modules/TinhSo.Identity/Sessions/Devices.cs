using TinhSo.Kernel;

namespace TinhSo.Identity.Sessions;

/// <summary>What people call the device that a browser says it runs on.</summary>
internal static class Devices
{
    // In this order: most browsers also name those whose pages they want to be shown.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("coc_coc", "Cốc Cốc"),
        ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];

    /// <summary>Such as <c>Chrome, Android</c>.</summary>
    public static string NameOf(SessionKind kind, string? agent)
    {
        if (kind is SessionKind.Program)
        {
            return Language.Say("Chương trình", "A program");
        }
        string?[] parts = [Named(Browsers, agent), Named(Systems, agent)];
        var name = string.Join(", ", parts.OfType<string>());
        return name.Length > 0 ? name : Language.Say("Không rõ", "Unknown");
    }

    private static string? Named((string Mark, string Name)[] among, string? agent) =>
        among.FirstOrDefault(one => agent?.Contains(one.Mark, StringComparison.Ordinal) is true).Name;
}
