using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TinhSo.Kernel.Http;

namespace TinhSo.Payments.Notices.Providers;

/// <summary>SePay: HMAC-SHA256 over the signed time, a dot and the raw body.</summary>
internal sealed class SePay : INoticeProvider
{
    private const string SignatureHeader = "X-SePay-Signature";
    private const string TimeHeader = "X-SePay-Timestamp";
    private const string Prefix = "sha256=";

    public string Name => "sepay";

    public Outcome<BankNotice> Read(
        byte[] body, Func<string, string?> header, IReadOnlyList<string> secrets, DateTimeOffset now)
    {
        var stamp = header(TimeHeader);
        var signature = header(SignatureHeader);
        if (stamp is null || signature?.StartsWith(Prefix, StringComparison.Ordinal) != true
            || !Signatures.Holds(signature[Prefix.Length..], secrets, Message(stamp, body), HMACSHA256.HashData))
        {
            return PaymentRefusals.WrongSignature;
        }
        if (!Signatures.IsFresh(stamp, inMilliseconds: false, now))
        {
            return PaymentRefusals.StaleNotice;
        }
        if (NoticeJson.Parse(body) is not { } root
            || NoticeJson.Reference(root, "id") is not { } reference
            || NoticeJson.Account(root, "accountNumber") is not { } account
            || NoticeJson.Dong(root, "transferAmount") is not (> 0 and var amount)
            || NoticeJson.Text(root, "transferType") is not (("in" or "out") and var direction))
        {
            return PaymentRefusals.MalformedNotice;
        }
        return new BankNotice(reference, account, NoticeJson.Account(root, "subAccount"),
            Banks.BinOf(NoticeJson.Text(root, "gateway")), amount, direction == "out",
            NoticeJson.Text(root, "content") ?? NoticeJson.Text(root, "description") ?? "",
            null, null, null, NoticeJson.Moment(root, "transactionDate"),
            NoticeJson.Reference(root, "referenceCode"));
    }

    public SignedNotice Write(BankNotice notice, string secret, DateTimeOffset now)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
        {
            ["id"] = long.Parse(notice.Reference, CultureInfo.InvariantCulture),
            ["gateway"] = notice.BankBin is { } bin ? Banks.NameOf(bin) : "",
            ["transactionDate"] = NoticeJson.Write(notice.BankedAt ?? now),
            ["accountNumber"] = notice.AccountNumber,
            ["subAccount"] = notice.SubAccount,
            ["code"] = null,
            ["content"] = notice.Memo,
            ["transferType"] = notice.IsDebit ? "out" : "in",
            ["description"] = "",
            ["transferAmount"] = notice.Amount,
            ["accumulated"] = 0,
            ["referenceCode"] = notice.BankTrace ?? notice.Reference,
        });
        var stamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Message(stamp, body));
        return new SignedNotice(body, new Dictionary<string, string>
        {
            [TimeHeader] = stamp,
            [SignatureHeader] = Prefix + Convert.ToHexStringLower(hash),
        });
    }

    private static byte[] Message(string stamp, byte[] body) => [.. Encoding.UTF8.GetBytes(stamp), (byte)'.', .. body];
}
