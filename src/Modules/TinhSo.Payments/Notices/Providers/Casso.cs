using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TinhSo.Kernel.Http;

namespace TinhSo.Payments.Notices.Providers;

/// <summary>Casso, version 2: HMAC-SHA512 over the signed time, a dot and the JSON with its keys sorted.</summary>
internal sealed class Casso : INoticeProvider
{
    private const string SignatureHeader = "X-Casso-Signature";

    public string Name => "casso";

    public Outcome<BankNotice> Read(
        byte[] body, Func<string, string?> header, IReadOnlyList<string> secrets, DateTimeOffset now)
    {
        // The signature runs over the parsed JSON, so what cannot be parsed cannot be signed either.
        if (NoticeJson.Parse(body) is not { } root || Message(root, header(SignatureHeader)) is not { } signed)
        {
            return PaymentRefusals.WrongSignature;
        }
        if (!Signatures.Holds(signed.Signature, secrets, signed.Message, HMACSHA512.HashData))
        {
            return PaymentRefusals.WrongSignature;
        }
        if (!Signatures.IsFresh(signed.Time, inMilliseconds: true, now))
        {
            return PaymentRefusals.StaleNotice;
        }
        if (NoticeJson.Object(root, "data") is not { } data
            || NoticeJson.Reference(data, "reference") is not { } reference
            || NoticeJson.Account(data, "accountNumber") is not { } account
            || NoticeJson.Dong(data, "amount") is not { } amount || amount == 0)
        {
            return PaymentRefusals.MalformedNotice;
        }
        return new BankNotice(reference, account, NoticeJson.Account(data, "virtualAccountNumber"),
            Banks.BinOf(NoticeJson.Text(data, "bankAbbreviation")) ?? Banks.BinOf(NoticeJson.Text(data, "bankName")),
            Math.Abs(amount), amount < 0, NoticeJson.Text(data, "description") ?? "",
            NoticeJson.Text(data, "counterAccountName"), NoticeJson.Text(data, "counterAccountNumber"),
            NoticeJson.Text(data, "counterAccountBankName"), NoticeJson.Moment(data, "transactionDateTime"),
            reference);
    }

    public SignedNotice Write(BankNotice notice, string secret, DateTimeOffset now)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
        {
            ["error"] = 0,
            ["data"] = new Dictionary<string, object?>
            {
                ["id"] = 1,
                ["reference"] = notice.Reference,
                ["description"] = notice.Memo,
                ["amount"] = notice.IsDebit ? -notice.Amount : notice.Amount,
                ["runningBalance"] = 0,
                ["transactionDateTime"] = NoticeJson.Write(notice.BankedAt ?? now),
                ["accountNumber"] = notice.AccountNumber,
                ["bankName"] = notice.BankBin is { } bin ? Banks.NameOf(bin) : "",
                ["bankAbbreviation"] = notice.BankBin is { } code ? Banks.Find(code)?.Code : "",
                ["virtualAccountNumber"] = notice.SubAccount ?? "",
                ["virtualAccountName"] = "",
                ["counterAccountName"] = notice.PayerName ?? "",
                ["counterAccountNumber"] = notice.PayerAccount ?? "",
                ["counterAccountBankId"] = "",
                ["counterAccountBankName"] = notice.PayerBank ?? "",
            },
        });
        var stamp = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var signed = Message(NoticeJson.Parse(body)!.Value, $"t={stamp},v1=")!;
        var hash = HMACSHA512.HashData(Encoding.UTF8.GetBytes(secret), signed.Message);
        return new SignedNotice(body, new Dictionary<string, string>
        {
            [SignatureHeader] = $"t={stamp},v1={Convert.ToHexStringLower(hash)}",
        });
    }

    private static Signed? Message(JsonElement root, string? header)
    {
        var parts = (header ?? "").Split(',', StringSplitOptions.TrimEntries);
        var time = Array.Find(parts, part => part.StartsWith("t=", StringComparison.Ordinal))?[2..];
        var signature = Array.Find(parts, part => part.StartsWith("v1=", StringComparison.Ordinal))?[3..];
        var sorted = new StringBuilder().Append(time).Append('.');
        return time is null || signature is null || !NoticeJson.TryWriteSorted(root, sorted)
            ? null
            : new Signed(time, signature, Encoding.UTF8.GetBytes(sorted.ToString()));
    }

    private sealed record Signed(string Time, string Signature, byte[] Message);
}
