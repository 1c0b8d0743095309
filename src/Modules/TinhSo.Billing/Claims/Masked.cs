namespace TinhSo.Billing.Claims;

/// <summary>Names as strangers see them: enough to know one's own, too little to learn another's.</summary>
internal static class Masked
{
    private const int WordsMax = 6;

    /// <summary>The first letter of each word, such as <c>N••• V••• A•••</c>.</summary>
    public static string Name(string name) => string.Join(' ', name
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(WordsMax)
        .Select(word => $"{word.EnumerateRunes().First()}•••"));

    /// <summary>The last three signs of a code.</summary>
    public static string Code(string code) => Kernel.Words.Mask(code);
}
