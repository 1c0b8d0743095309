namespace TinhSo.Identity;

/// <summary>The form of a Vietnamese tax code (mã số thuế).</summary>
/// <remarks>
/// Ten digits, of which the last checks the others by the weights 31, 29, 23, 19, 17, 13, 7, 5, 3; ten and a branch
/// of three; or, for persons and household businesses since 1 July 2025, the twelve digits of the personal id.
/// </remarks>
public static class TaxCode
{
    private static readonly int[] Weights = [31, 29, 23, 19, 17, 13, 7, 5, 3];

    /// <summary>Whether a code has one of the three forms, and the right check digit where it has one.</summary>
    public static bool IsValid(string code) => code.Length switch
    {
        10 => IsChecked(code),
        12 => code.All(char.IsAsciiDigit),
        14 => code[10] == '-' && code[11..].All(char.IsAsciiDigit) && IsChecked(code[..10]),
        _ => false,
    };

    /// <summary>Whether it is somebody's personal id, which lists and files show masked.</summary>
    public static bool IsPersonal(string code) => code.Length == 12;

    /// <summary>The code as lists and files show it.</summary>
    public static string Shown(string code) => IsPersonal(code) ? Kernel.Words.Mask(code) : code;

    private static bool IsChecked(string code) =>
        code.All(char.IsAsciiDigit) && 10 - (Weights.Select((weight, i) => weight * (code[i] - '0')).Sum() % 11)
            == code[9] - '0';
}
