using System.Globalization;

namespace TinhSo.Kernel;

/// <summary>One wording in both of the platform's languages; neither can be left out.</summary>
/// <param name="Vi">Vietnamese, the first language of every page.</param>
/// <param name="En">English.</param>
public sealed record Text(string Vi, string En)
{
    /// <summary>The wording in the language of the present request.</summary>
    public override string ToString() => Language.Say(Vi, En);
}

/// <summary>Chooses between the platform's two languages.</summary>
/// <remarks>
/// Wordings stand where they are used, both side by side, so that the compiler and not a reviewer sees a missing one.
/// </remarks>
public static class Language
{
    /// <summary>Vietnamese, as pages are shown unless asked otherwise.</summary>
    public static readonly CultureInfo Vietnamese = CultureInfo.GetCultureInfo("vi-VN");

    /// <summary>English, for visitors and engineers. Numbers and dates keep their Vietnamese form.</summary>
    public static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    /// <summary>Whether the present request is answered in English.</summary>
    public static bool IsEnglish => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en";

    /// <summary>The language tag of the present request, <c>vi</c> or <c>en</c>.</summary>
    public static string Tag => IsEnglish ? "en" : "vi";

    /// <summary>One of two wordings, by the language of the present request.</summary>
    public static string Say(string vi, string en) => IsEnglish ? en : vi;
}
