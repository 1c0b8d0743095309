using System.Globalization;

namespace TinhSo.Design;

/// <summary>Numbers as SVG writes them, whatever the language of the page.</summary>
internal static class Svg
{
    public static string Px(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    public static string Percent(double value) => value.ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
