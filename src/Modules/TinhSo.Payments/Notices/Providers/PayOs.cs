using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TinhSo.Kernel.Http;

namespace TinhSo.Payments.Notices.Providers;

/// <summary>payOS: HMAC-SHA256 over the sorted fields of the data; it signs no time.</summary>
internal sealed class PayOs : INoticeProvider
{
    public string Name => "payos";

    public Outcome<BankNotice> Read(
        byte[] body, Func<string, string?> header, IReadOnlyList<string> secrets, DateTimeOffset now)
    {
        // The signature runs over the parsed JSON, so what cannot be parsed cannot be signed either.
        if (NoticeJson.Parse(body) is not { } root
            || NoticeJson.Object(root, "data") is not { } data
            || Message(data) is not { } message
            || !Signatures.Holds(NoticeJson.Text(root, "signature"), secrets, message, HMACSHA256.HashData))
        {
            return PaymentRefusals.WrongSignature;
        }
        if (NoticeJson.Reference(data, "reference") is not { } reference
            || NoticeJson.Account(data, "accountNumber") is not { } account
            || NoticeJson.Dong(data, "amount") is not (> 0 and var amount)
            || NoticeJson.Text(data, "currency") is not (null or "VND"))
        {
            return PaymentRefusals.MalformedNotice;
        }
        return new BankNotice(reference, account, NoticeJson.Account(data, "virtualAccountNumber"), null, amount,
            IsDebit: false, NoticeJson.Text(data, "description") ?? "",
            NoticeJson.Text(data, "counterAccountName"), NoticeJson.Text(data, "counterAccountNumber"),
            NoticeJson.Text(data, "counterAccountBankName"), NoticeJson.Moment(data, "transactionDateTime"),
            reference);
    }

    public SignedNotice Write(BankNotice notice, string secret, DateTimeOffset now)
    {
        var data = new Dictionary<string, object?>
        {
            ["orderCode"] = 1,
            ["amount"] = notice.Amount,
            ["description"] = notice.Memo,
            ["accountNumber"] = notice.AccountNumber,
            ["reference"] = notice.Reference,
            ["transactionDateTime"] = NoticeJson.Write(notice.BankedAt ?? now),
            ["currency"] = "VND",
            ["paymentLinkId"] = "",
            ["code"] = "00",
            ["desc"] = "success",
            ["counterAccountBankId"] = "",
            ["counterAccountBankName"] = notice.PayerBank ?? "",
            ["counterAccountName"] = notice.PayerName ?? "",
            ["counterAccountNumber"] = notice.PayerAccount ?? "",
            ["virtualAccountName"] = "",
            ["virtualAccountNumber"] = notice.SubAccount ?? "",
        };
        var message = Message(JsonSerializer.SerializeToElement(data))!;
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), message);
        return new SignedNotice(
            JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
            {
                ["code"] = "00",
                ["desc"] = "success",
                ["success"] = true,
                ["data"] = data,
                ["signature"] = Convert.ToHexStringLower(hash),
            }),
            new Dictionary<string, string>());
    }

    private static byte[]? Message(JsonElement data)
    {
        var text = new StringBuilder();
        foreach (var property in data.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            text.Append(text.Length == 0 ? "" : "&").Append(property.Name).Append('=');
            if (property.Value.ValueKind is JsonValueKind.String)
            {
                if (NoticeJson.TryGetString(property.Value) is not { } words)
                {
                    return null;
                }
                text.Append(words);
            }
            else if (property.Value.ValueKind is not JsonValueKind.Null
                && !NoticeJson.TryWriteSorted(property.Value, text))
            {
                return null;
            }
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
