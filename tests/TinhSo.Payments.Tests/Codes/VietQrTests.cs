using System.Diagnostics;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using QRCoder;

namespace TinhSo.Payments.Tests.Codes;

public sealed class VietQrTests
{
    /// <summary>What each public vector that is no VietQR transfer comes to, by its checksum.</summary>
    private static readonly Dictionary<string, VietQrFault> Decided = new(StringComparer.Ordinal)
    {
        // NAPAS's own sample: right checksum, but the account's length says 12 for 13 digits.
        ["F4E5"] = VietQrFault.NestedLength,
        // The service stands within the receiver, so the template has none.
        ["95B6"] = VietQrFault.MissingService,
        ["A3CF"] = VietQrFault.MissingService,
        // The purpose's length counts bytes.
        ["32F8"] = VietQrFault.BadLength,
        ["CD60"] = VietQrFault.FirstField,
        // Of other schemes: VNPAY twice, EVN, AirPay, EMVCo's sample.
        ["DF44"] = VietQrFault.NotVietQr,
        ["1C50"] = VietQrFault.NotVietQr,
        ["DC30"] = VietQrFault.NotVietQr,
        ["DA5C"] = VietQrFault.NotVietQr,
        ["A13A"] = VietQrFault.NotVietQr,
    };

    private static readonly Dictionary<string, VietQrFault> Negative = new(StringComparer.Ordinal)
    {
        ["wrong CRC"] = VietQrFault.WrongChecksum,
        ["truncated CRC"] = VietQrFault.ChecksumCut,
        ["one character changed"] = VietQrFault.WrongChecksum,
        ["tag 63 length not 04"] = VietQrFault.ChecksumMissing,
        ["data after tag 63"] = VietQrFault.DataAfterChecksum,
        ["empty"] = VietQrFault.Empty,
    };

    private static readonly Gen<VietQrTransfer> Transfers =
        from bin in Digits(6, 6)
        from account in Gen.Elements("0123456789ABCDEFGHKMNPQRSTXYZ".ToCharArray()).ArrayOf()
            .Where(letters => letters.Length is > 0 and <= 19).Select(letters => new string(letters))
        from target in Gen.Elements(VietQrTarget.Account, VietQrTarget.Card)
        from initiation in Gen.Elements(VietQrInitiation.Static, VietQrInitiation.Dynamic)
        from amount in Gen.OneOf(Gen.Constant((long?)null), Gen.Choose(1, int.MaxValue).Select(n => (long?)n * 4656))
        from purpose in Texts()
        from bill in Texts()
        select new VietQrTransfer(bin, account, target, initiation, amount, purpose, bill);

    public static TheoryData<string> PositivePayloads => [.. Rows("positive").Select(row => row.GetProperty("payload").GetString()!)];

    public static TheoryData<string, string> NegativePayloads
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var row in Rows("negative"))
            {
                data.Add(row.GetProperty("payload").GetString()!, row.GetProperty("why").GetString()!);
            }
            return data;
        }
    }

    [Fact]
    public void The_checksum_is_that_of_the_catalogue() => Assert.Equal("29B1", VietQr.Checksum("123456789"));

    [Theory, MemberData(nameof(PositivePayloads))]
    public void A_public_vector_is_read_as_recorded_or_refused_for_its_reason(string payload)
    {
        var row = Rows("positive").First(r => r.GetProperty("payload").GetString() == payload);
        var crc = row.GetProperty("crc").GetString()!;

        var reading = VietQr.Decode(payload);

        Assert.Equal(Decided.GetValueOrDefault(crc, VietQrFault.None), reading.Fault);
        Assert.Equal(reading.Fault is VietQrFault.None, reading.Transfer is not null);
        if (reading.Code is null || reading.Fault is VietQrFault.NestedLength or VietQrFault.MissingService)
        {
            return;
        }
        var expected = row.GetProperty("expected");
        Assert.Equal(Text(expected, "initiation") == "dynamic" ? "12" : "11", reading.Code.Find("01"));
        Assert.Equal(Text(expected, "amount"), reading.Code.Find("54"));
        Assert.Equal(Text(expected, "merchant_name"), reading.Code.Find("59"));
        Assert.Equal(Text(expected, "merchant_city"), reading.Code.Find("60"));
        foreach (var more in expected.TryGetProperty("additional", out var all) ? all.EnumerateObject() : default)
        {
            Assert.Equal(more.Value.GetString(), reading.Code.Find("62", more.Name));
        }
        Assert.Equal(row.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()),
            reading.Code.Fields.Select(field => field.Tag));
        if (reading.Transfer is { } transfer)
        {
            Assert.Equal(Text(expected, "bin"), transfer.BankBin);
            Assert.Equal(Text(expected, "account_or_card"), transfer.Account);
            Assert.Equal(Text(expected, "service"),
                transfer.Target is VietQrTarget.Card ? "QRIBFTTC" : "QRIBFTTA");
        }
    }

    [Theory, MemberData(nameof(NegativePayloads))]
    public void A_broken_vector_is_refused_for_its_reason(string payload, string why) =>
        Assert.Equal(Negative[why], VietQr.Decode(payload).Fault);

    [Theory]
    [InlineData("00020101021138530010A0000007270123000697041601092576788590208QRIBFTTA53037045802VN6304AE9F")]
    [InlineData("00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA53037045405100005802VN62150811Chuyen tien630453E6")]
    [InlineData("00020101021138600010A00000072701300006970403011697040311012345670208QRIBFTTC53037045802VN63044F52")]
    public void A_golden_string_is_written_letter_by_letter(string payload) =>
        Assert.Equal(payload, VietQr.Encode(VietQr.Decode(payload).Transfer!));

    [Fact]
    public void What_is_written_is_read_back_the_same() =>
        Prop.ForAll(Transfers.ToArbitrary(), transfer =>
        {
            var text = VietQr.Encode(transfer);
            return VietQr.Decode(text) == new VietQrReading(VietQr.Decode(text).Code, transfer, VietQrFault.None)
                || VietQr.Decode(text).Transfer == transfer && text.All(char.IsAscii);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_letter_changed_is_refused() =>
        Prop.ForAll(Transfers.ToArbitrary(), ArbMap.Default.ArbFor<int>(), Gen.Choose(' ', '~').ToArbitrary(), (transfer, place, letter) =>
        {
            var text = VietQr.Encode(transfer);
            var at = (int)(Math.Abs((long)place) % text.Length);
            // The checksum may be written in either case, so only that is no change.
            if (char.ToUpperInvariant((char)letter) == char.ToUpperInvariant(text[at]))
            {
                return true;
            }
            var changed = string.Concat(text.AsSpan(0, at), ((char)letter).ToString(), text.AsSpan(at + 1));
            return VietQr.Decode(changed).Transfer is null && VietQr.Decode(changed).Code is null;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Garbage_is_answered_and_never_throws() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string?>(), Transfers.ToArbitrary(), (garbage, transfer) =>
        {
            var text = VietQr.Encode(transfer);
            return VietQr.Decode(garbage).Transfer is null
                && VietQr.Decode(text[..(text.Length / 2)] + garbage).Transfer is null
                && VietQr.Decode("000201" + garbage + "6304").Transfer is null;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("Tiền điện tháng 11 năm 2026", "Tien dien thang 11 nam 20")]
    [InlineData("最佳运输", null)]
    public void A_text_is_fitted_to_what_a_purpose_can_carry(string text, string? fitted) =>
        Assert.Equal(fitted, VietQr.Fit(text));

    [Fact]
    public async Task A_picture_of_a_code_is_read_back_by_another_program()
    {
        var text = VietQr.Encode(new VietQrTransfer(
            "970416", "257678859", VietQrTarget.Account, VietQrInitiation.Dynamic, 10_000, "TS7K2QX9M4T"));
        var picture = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7():N}.png");
        using var data = new QRCodeGenerator().CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        await File.WriteAllBytesAsync(picture, new PngByteQRCode(data).GetGraphic(8), TestContext.Current.CancellationToken);

        Assert.Equal(text, await Zbar(picture));
    }

    internal static async Task<string> Zbar(string picture)
    {
        using var zbar = Process.Start(new ProcessStartInfo("zbarimg", ["--quiet", "--raw", picture])
        {
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        return (await zbar.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim();
    }

    private static Gen<string> Digits(int least, int most) =>
        Gen.Choose('0', '9').Select(digit => (char)digit).ArrayOf(most)
            .Select(digits => new string(digits)).Where(digits => digits.Length >= least);

    private static Gen<string?> Texts() => Gen.OneOf(
        Gen.Constant((string?)null),
        Gen.Choose(' ', '~').Select(letter => (char)letter).ArrayOf()
            .Where(letters => letters.Length is > 0 and <= 25).Select(letters => (string?)new string(letters)));

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static List<JsonElement> Rows(string part)
    {
        using var file = typeof(VietQrTests).Assembly.GetManifestResourceStream("vietqr_test_vectors.json")!;
        using var vectors = JsonDocument.Parse(file);
        return [.. vectors.RootElement.GetProperty(part).EnumerateArray().Select(row => row.Clone())];
    }
}
