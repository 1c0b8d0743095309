using System.Globalization;
using System.Text;
using TinhSo.Kernel;

namespace TinhSo.Payments;

/// <summary>Writes and reads VietQR: NAPAS's transfers in the EMV merchant-presented format.</summary>
/// <remarks>
/// Lengths count characters and the checksum runs over UTF-8 bytes, as EMVCo's own sample needs. What is written is
/// ASCII alone, where both agree. A right checksum proves nothing about the lengths within, so those are checked too.
/// </remarks>
public static class VietQr
{
    private const int LengthMax = 512;
    private const int TextMax = 25;
    private const int AccountMax = 19;
    private const string Napas = "A000000727";
    private const string Dong = "704";
    private const string Vietnam = "VN";
    private const string ToAccount = "QRIBFTTA";
    private const string ToCard = "QRIBFTTC";

    /// <summary>The code's text.</summary>
    /// <exception cref="ArgumentException">A part is out of its bounds, which callers check before.</exception>
    public static string Encode(VietQrTransfer transfer)
    {
        Demand(IsBin(transfer.BankBin), "The bank must be six digits.");
        Demand(IsAccount(transfer.Account), "The account must be 1 to 19 letters and digits.");
        Demand(transfer.Amount is null or (>= 1 and <= 9_999_999_999_999), "The amount is out of bounds.");
        Demand(transfer.Purpose is null || IsText(transfer.Purpose), "The purpose must be 1 to 25 ASCII characters.");
        Demand(transfer.Bill is null || IsText(transfer.Bill), "The bill must be 1 to 25 ASCII characters.");

        var receiver = Field("00", transfer.BankBin) + Field("01", transfer.Account);
        var service = transfer.Target is VietQrTarget.Card ? ToCard : ToAccount;
        var text = new StringBuilder()
            .Append(Field("00", "01"))
            .Append(Field("01", transfer.Initiation is VietQrInitiation.Dynamic ? "12" : "11"))
            .Append(Field("38", Field("00", Napas) + Field("01", receiver) + Field("02", service)))
            .Append(Field("53", Dong));
        if (transfer.Amount is { } amount)
        {
            text.Append(Field("54", amount.ToString(CultureInfo.InvariantCulture)));
        }
        text.Append(Field("58", Vietnam));
        var more = (transfer.Bill is { } bill ? Field("01", bill) : "")
            + (transfer.Purpose is { } purpose ? Field("08", purpose) : "");
        if (more.Length > 0)
        {
            text.Append(Field("62", more));
        }
        text.Append("6304");
        return text.Append(Checksum(text.ToString())).ToString();
    }

    /// <summary>Reads a code's text; whatever it holds, the answer is a reading and never an exception.</summary>
    public static VietQrReading Decode(string? text)
    {
        var fault = EmvReader.Read(text ?? "", LengthMax, out var code);
        if (fault is not VietQrFault.None)
        {
            return new(null, null, fault);
        }
        fault = ReadTransfer(code!, out var transfer);
        return new(code, transfer, fault);
    }

    /// <summary>CRC-16/IBM-3740 in four capital hexadecimal digits, over the text's UTF-8 bytes.</summary>
    public static string Checksum(string text)
    {
        var crc = 0xFFFF;
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            crc ^= octet << 8;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = ((crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xFFFF;
            }
        }
        return crc.ToString("X4", CultureInfo.InvariantCulture);
    }

    /// <summary>A text as a purpose or bill can carry it: 25 ASCII characters; null when nothing is left.</summary>
    public static string? Fit(string text)
    {
        var ascii = Words.Ascii(text).Trim();
        var cut = ascii.Length <= TextMax ? ascii : ascii[..TextMax].TrimEnd();
        return cut.Length == 0 ? null : cut;
    }

    private static VietQrFault ReadTransfer(EmvCode code, out VietQrTransfer? transfer)
    {
        transfer = null;
        var account = code.Fields.FirstOrDefault(field => field.Tag == "38");
        // The GUID tells whose template it is; one that cannot be read at all is nobody's but was meant for NAPAS.
        if (account is null || !account.Value.StartsWith(Field("00", Napas), StringComparison.Ordinal))
        {
            return VietQrFault.NotVietQr;
        }
        var more = code.Fields.FirstOrDefault(field => field.Tag == "62");
        if (account.Fields.Count == 0 || more is { Fields.Count: 0 })
        {
            return VietQrFault.NestedLength;
        }
        var receiver = account.Fields.FirstOrDefault(field => field.Tag == "01");
        if (receiver is null)
        {
            return VietQrFault.MissingReceiver;
        }
        if (!EmvReader.TryReadFields(receiver.Value, out var parts))
        {
            return VietQrFault.NestedLength;
        }
        var bin = parts.FirstOrDefault(part => part.Tag == "00")?.Value;
        var number = parts.FirstOrDefault(part => part.Tag == "01")?.Value;
        var service = code.Find("38", "02");
        var initiation = code.Find("01");
        var amount = code.Find("54");
        var dong = 0L;
        var fault = service is null ? VietQrFault.MissingService
            : service is not (ToAccount or ToCard) ? VietQrFault.UnknownService
            : !IsBin(bin) ? VietQrFault.BadBank
            : !IsAccount(number) ? VietQrFault.BadAccount
            : initiation is not (null or "11" or "12") ? VietQrFault.BadInitiation
            : code.Find("53") != Dong || code.Find("58") != Vietnam ? VietQrFault.BadCurrency
            : amount is not null && !TryReadDong(amount, out dong) ? VietQrFault.BadAmount
            : VietQrFault.None;
        if (fault is VietQrFault.None)
        {
            transfer = new VietQrTransfer(bin!, number!,
                service == ToCard ? VietQrTarget.Card : VietQrTarget.Account,
                initiation == "12" ? VietQrInitiation.Dynamic : VietQrInitiation.Static,
                amount is null ? null : dong, code.Find("62", "08"), code.Find("62", "01"));
        }
        return fault;
    }

    private static bool TryReadDong(string amount, out long dong) =>
        long.TryParse(amount, NumberStyles.None, CultureInfo.InvariantCulture, out dong)
        && dong > 0 && amount.Length <= 13;

    private static bool IsBin(string? bin) => bin is { Length: 6 } && bin.All(char.IsAsciiDigit);

    private static bool IsAccount(string? account) =>
        account is { Length: >= 1 and <= AccountMax } && account.All(char.IsAsciiLetterOrDigit);

    private static bool IsText(string text) =>
        text.Length is >= 1 and <= TextMax && text.All(letter => letter is >= ' ' and <= '~');

    private static string Field(string tag, string value) =>
        string.Create(CultureInfo.InvariantCulture, $"{tag}{value.Length:00}{value}");

    private static void Demand(bool met, string message)
    {
        if (!met)
        {
            throw new ArgumentException(message);
        }
    }
}
