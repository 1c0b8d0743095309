namespace TinhSo.Payments;

/// <summary>A transfer that a VietQR code asks for.</summary>
/// <param name="BankBin">The bank's six digits.</param>
/// <param name="Account">An account of up to 19 letters and digits, or a card's number.</param>
/// <param name="Target">What <paramref name="Account"/> is.</param>
/// <param name="Initiation">Whether the code is made for one payment or stands for ever.</param>
/// <param name="Amount">In đồng, 1 to 9,999,999,999,999; null lets the payer choose.</param>
/// <param name="Purpose">The memo, at most 25 ASCII characters; null leaves it to the payer.</param>
/// <param name="Bill">The bill's number, at most 25 ASCII characters, or null.</param>
public sealed record VietQrTransfer(
    string BankBin, string Account, VietQrTarget Target = VietQrTarget.Account,
    VietQrInitiation Initiation = VietQrInitiation.Static, long? Amount = null, string? Purpose = null,
    string? Bill = null);

/// <summary>What a VietQR transfer is sent to.</summary>
public enum VietQrTarget
{
    /// <summary>An account: the service <c>QRIBFTTA</c>.</summary>
    Account,

    /// <summary>A card: the service <c>QRIBFTTC</c>.</summary>
    Card,
}

/// <summary>How often a code may be used, as it says of itself.</summary>
public enum VietQrInitiation
{
    /// <summary>Any number of times: <c>11</c>.</summary>
    Static,

    /// <summary>For one payment: <c>12</c>.</summary>
    Dynamic,
}

/// <summary>One field of an EMV merchant-presented code.</summary>
/// <param name="Tag">Two digits.</param>
/// <param name="Value">What it holds, as it stands.</param>
/// <param name="Fields">The fields within, when the value is a template; otherwise empty.</param>
public sealed record EmvField(string Tag, string Value, IReadOnlyList<EmvField> Fields);

/// <summary>A well-formed EMV merchant-presented code, whoever's it is.</summary>
/// <param name="Fields">In the order in which they stand, the checksum included.</param>
public sealed record EmvCode(IReadOnlyList<EmvField> Fields)
{
    /// <summary>The value behind a path of tags, such as <c>38</c>, <c>01</c>; null when there is none.</summary>
    public string? Find(params ReadOnlySpan<string> path)
    {
        var fields = Fields;
        EmvField? found = null;
        foreach (var tag in path)
        {
            found = fields.FirstOrDefault(field => field.Tag == tag);
            if (found is null)
            {
                return null;
            }
            fields = found.Fields;
        }
        return found?.Value;
    }
}

/// <summary>What reading a code came to.</summary>
/// <param name="Code">The code's fields; null when it is not even a well-formed EMV code.</param>
/// <param name="Transfer">What it asks for; null unless it is a valid VietQR transfer.</param>
/// <param name="Fault">Why there is no transfer; <see cref="VietQrFault.None"/> when there is one.</param>
public sealed record VietQrReading(EmvCode? Code, VietQrTransfer? Transfer, VietQrFault Fault);

/// <summary>Why a text is not a VietQR transfer, in the order in which it is checked.</summary>
public enum VietQrFault
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>There is no text.</summary>
    Empty,

    /// <summary>Longer than the 512 characters of the EMV specification.</summary>
    TooLong,

    /// <summary>A tag or length is not two digits, a length is 00, or a field runs past the end.</summary>
    BadLength,

    /// <summary>The first field is not <c>00 02 01</c>.</summary>
    FirstField,

    /// <summary>A tag stands twice at one level.</summary>
    RepeatedTag,

    /// <summary>There is no checksum, or its length is not 04.</summary>
    ChecksumMissing,

    /// <summary>The checksum has fewer than four characters.</summary>
    ChecksumCut,

    /// <summary>Something stands behind the checksum.</summary>
    DataAfterChecksum,

    /// <summary>The checksum is another than the text's.</summary>
    WrongChecksum,

    /// <summary>Currency, country or every merchant account is missing.</summary>
    MissingField,

    /// <summary>A well-formed EMV code of another scheme.</summary>
    NotVietQr,

    /// <summary>The lengths within a template do not add up.</summary>
    NestedLength,

    /// <summary>The receiver, field 38.01, is missing.</summary>
    MissingReceiver,

    /// <summary>The service, field 38.02, is missing.</summary>
    MissingService,

    /// <summary>The service is no transfer to an account or card.</summary>
    UnknownService,

    /// <summary>The bank is not six digits.</summary>
    BadBank,

    /// <summary>The account or card has other signs than letters and digits, or too many.</summary>
    BadAccount,

    /// <summary>The point of initiation is neither 11 nor 12.</summary>
    BadInitiation,

    /// <summary>The currency is not đồng, or the country is not Vietnam.</summary>
    BadCurrency,

    /// <summary>The amount is not a whole number of đồng above 0.</summary>
    BadAmount,
}
