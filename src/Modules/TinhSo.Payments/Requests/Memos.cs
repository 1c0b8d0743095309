using TinhSo.Kernel;

namespace TinhSo.Payments.Requests;

/// <summary>How codes are written into a bank's memo, and found again.</summary>
internal static class Memos
{
    /// <summary>The letters of a payment's code, its check letter included.</summary>
    public const int CodeLength = 9;

    /// <summary>Receipts are checked by strangers, so that their codes must be beyond guessing.</summary>
    public const int ReceiptCodeLength = 12;

    private const string Prefix = "TS";

    /// <summary>The memo that asks for a code: 11 ASCII letters, which every bank carries.</summary>
    public static string For(string code) => Prefix + code;

    /// <summary>The different codes that a memo may quote.</summary>
    public static List<string> CodesIn(string memo) =>
        [.. ShortCode.FindIn(memo, Prefix, CodeLength).Distinct(StringComparer.Ordinal).Take(8)];

    /// <summary>The code as it was given out, from what a person typed: with or without the prefix.</summary>
    public static string? Parse(string? typed) =>
        ShortCode.Parse(typed, CodeLength) ?? CodesIn(typed ?? "").FirstOrDefault();
}
