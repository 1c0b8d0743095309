using System.Text.Json;
using System.Text.Json.Serialization;
using TinhSo.Kernel;

namespace TinhSo.Payments;

/// <summary>A bank, or another member of NAPAS, that money can be sent to.</summary>
/// <param name="Bin">Six digits.</param>
/// <param name="Code">Such as <c>VCB</c>.</param>
/// <param name="ShortName">Such as Vietcombank.</param>
/// <param name="Name">In full, in Vietnamese.</param>
/// <param name="TakesVietQr">Whether its accounts can be paid by VietQR.</param>
public sealed record Bank(string Bin, string Code, string ShortName, string Name, bool TakesVietQr);

/// <summary>The banks of Vietnam, as reference/banks lists them.</summary>
public static class Banks
{
    private static readonly Lazy<Dictionary<string, Bank>> ByBin = new(Load);

    private static readonly Lazy<Dictionary<string, string>> BinByName = new(NameBins);

    /// <summary>Every bank, by short name.</summary>
    public static IReadOnlyList<Bank> All { get; } =
        [.. ByBin.Value.Values.OrderBy(bank => Words.Fold(bank.ShortName), StringComparer.Ordinal)];

    /// <summary>The bank with a BIN, or null.</summary>
    public static Bank? Find(string? bin) => bin is null ? null : ByBin.Value.GetValueOrDefault(bin);

    /// <summary>The bank's short name, or its BIN when the list does not have it.</summary>
    public static string NameOf(string bin) => Find(bin)?.ShortName ?? bin;

    /// <summary>The BIN of a bank as notices name it, such as Vietcombank or VCB; null when unknown.</summary>
    internal static string? BinOf(string? name) =>
        string.IsNullOrWhiteSpace(name) ? null : BinByName.Value.GetValueOrDefault(Key(name));

    private static Dictionary<string, Bank> Load()
    {
        using var list = typeof(Banks).Assembly.GetManifestResourceStream("vn_bank_bins.json")!;
        // Where a bank took over another's BIN, the list has both: the one still in use comes first.
        return JsonSerializer.Deserialize<List<Row>>(list, JsonSerializerOptions.Web)!
            .Where(row => row.Bin.Length == 6)
            .OrderBy(row => row.Deprecated)
            .GroupBy(row => row.Bin)
            .ToDictionary(rows => rows.Key, rows => rows.First().ToBank(), StringComparer.Ordinal);
    }

    private static Dictionary<string, string> NameBins()
    {
        var bins = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var bank in ByBin.Value.Values)
        {
            bins.TryAdd(Key(bank.ShortName), bank.Bin);
            bins.TryAdd(Key(bank.Code), bank.Bin);
        }
        return bins;
    }

    private static string Key(string name) => string.Concat(Words.Fold(name).Where(char.IsAsciiLetterOrDigit));

    private sealed record Row(
        string Code, string Name, string ShortName, string Bin, bool Deprecated,
        [property: JsonPropertyName("vietQRStatus")] int VietQrStatus)
    {
        public Bank ToBank() => new(Bin, Code, ShortName, Name, VietQrStatus == 1);
    }
}
