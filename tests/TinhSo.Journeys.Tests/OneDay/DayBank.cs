using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TinhSo.Kernel;

namespace TinhSo.Journeys.Tests.OneDay;

/// <summary>The bank of the day: it tells of money by signed notices, and proves it by a statement.</summary>
internal static class DayBank
{
    /// <summary>What lay in each account before.</summary>
    public const long Opening = 50_000_000;

    /// <summary>A notice, signed as of a moment.</summary>
    public static HttpRequestMessage Notice(Transfer money, DateTimeOffset now)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["id"] = money.Number,
            ["gateway"] = "Vietcombank",
            ["transactionDate"] = VietnamTime.Of(now).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            ["accountNumber"] = money.Account,
            ["content"] = money.Memo,
            ["transferType"] = "in",
            ["transferAmount"] = money.Amount,
            ["referenceCode"] = Reference(money.Number),
        });
        var stamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{stamp}."), .. body];
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Town.BankSecret), signed);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/hooks/bank/sepay", UriKind.Relative))
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        request.Headers.Add("X-SePay-Timestamp", stamp);
        request.Headers.Add("X-SePay-Signature", $"sha256={Convert.ToHexStringLower(signature)}");
        return request;
    }

    /// <summary>A day's statement, camt.053: what came in, and what went out.</summary>
    public static HttpContent Statement(
        string account, DateOnly day, IReadOnlyCollection<Transfer> came, IReadOnlyCollection<long> went)
    {
        var on = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var text = new StringBuilder("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt>")
            .Append(CultureInfo.InvariantCulture, $"<Id>{account}-{on}</Id><Acct><Id><Othr><Id>{account}</Id></Othr></Id></Acct>");
        Balance(text, "OPBD", Opening, on);
        Balance(text, "CLBD", Opening + came.Sum(one => one.Amount) - went.Sum(), on);
        foreach (var one in came)
        {
            Entry(text, one.Amount, "CRDT", on, $"<AcctSvcrRef>{Reference(one.Number)}</AcctSvcrRef>", one.Memo);
        }
        foreach (var one in went)
        {
            Entry(text, one, "DBIT", on, "", "chuyen tien di");
        }
        text.Append("</Stmt></BkToCstmrStmt></Document>");
        return new MultipartFormDataContent
        {
            { new StringContent(text.ToString(), Encoding.UTF8), "file", $"{account}.xml" },
        };
    }

    private static string Reference(int number) => string.Create(CultureInfo.InvariantCulture, $"FT{number:D9}");

    private static void Balance(StringBuilder text, string code, long amount, string on) => text.Append(
        CultureInfo.InvariantCulture,
        $"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"VND\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>")
        .Append(CultureInfo.InvariantCulture, $"<Dt><Dt>{on}</Dt></Dt></Bal>");

    private static void Entry(StringBuilder text, long amount, string sign, string on, string reference, string memo) => text.Append(
        CultureInfo.InvariantCulture,
        $"<Ntry><Amt Ccy=\"VND\">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{on}</Dt></BookgDt>")
        .Append(CultureInfo.InvariantCulture, $"{reference}<BkTxCd/><AddtlNtryInf>{memo}</AddtlNtryInf></Ntry>");
}
