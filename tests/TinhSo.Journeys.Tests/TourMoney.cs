using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Testing;

namespace TinhSo.Journeys.Tests;

/// <content>What happens to the money of the town: shifts, a bank's statement, a partner's file.</content>
public sealed partial class Tour
{
    private static readonly object[] Counted = [new { value = 5_000, pieces = 1 }, new { value = 500, pieces = 3 }];

    private async Task<Guid> OpenShift(HttpClient collector, long openingFloat = 0) =>
        (await collector.Do("/api/v1/cash/shifts", new { id = Guid.CreateVersion7(), unit = Town.Market, openingFloat }))
            .GetProperty("id").GetGuid();

    /// <summary>Collectors whose shifts are open, handed over, and not yet signed for.</summary>
    private async Task<(Visitor AtWork, Visitor AtRest, Visitor Opening)> WorkShifts(HttpClient treasurer, HttpClient manager)
    {
        var atWork = await Town.Employ("thu.ngan.1", Roles.Collector, Town.Market);
        var atRest = await Town.Employ("thu.ngan.2", Roles.Collector, Town.Market);
        var opening = await Town.Employ("thu.ngan.3", Roles.Collector, Town.Market);
        using var first = await Town.Api(atWork);
        using var second = await Town.Api(atRest);
        using var third = await Town.Api(opening);
        await OpenShift(first);
        ShiftDone = await OpenShift(second);
        ShiftOpening = await OpenShift(third, 20_000);
        var countId = Guid.CreateVersion7();
        await Count(manager, Shift, Guid.CreateVersion7());
        await Count(second, ShiftDone, countId);
        await second.Do($"/api/v1/cash/shifts/{ShiftDone}/explain", new { reason = "Người nộp không nhận lại tiền thừa" });
        await treasurer.Do($"/api/v1/cash/shifts/{ShiftDone}/receive", new { countId, approved = true });
        return (atWork, atRest, opening);
    }

    private static Task<System.Text.Json.JsonElement> Count(HttpClient collector, Guid shift, Guid id) =>
        collector.Do($"/api/v1/cash/shifts/{shift}/count", new { id, notes = Counted });

    private static string Yesterday => $"{Town.Today.AddDays(-1):yyyy-MM-dd}";

    private static Guid Book => Ids.From("payments.account", $"bank:970436:{Town.BoardAccount}");

    private static async Task<Guid> ImportStatement(HttpClient treasurer)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(Camt(), System.Text.Encoding.UTF8), "file", "so-phu.xml" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/payments/statements") { Content = form };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        using var answer = await treasurer.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return System.Text.Json.JsonDocument.Parse(text).RootElement[0].GetProperty("id").GetGuid();
    }

    private async Task<Guid> SendPartnerFile(HttpClient treasurer, string code)
    {
        using var set = await treasurer.Send($"/api/v1/payments/partners/{Partner}", new
        {
            code = "ngan-hang-the",
            nameVi = "Ngân hàng Thương mại cổ phần phát hành và thanh toán thẻ",
            nameEn = "Commercial bank that issues and acquires cards",
            kind = "card",
            unit = Town.Market,
            activeFrom = "2026-01-01",
        }, method: HttpMethod.Put);
        Assert.True(set.IsSuccessStatusCode, await set.Content.ReadAsStringAsync());
        var table = "transaction_id,request_code,amount,fee,paid_at,terminal\n"
            + $"GD2611210001,{code},250000,2750,{Yesterday}T09:30:00+07:00,T-01\nGD2611210002,{code},hai trăm,0,{Yesterday}T10:00:00,\n";
        using var form = new MultipartFormDataContent
        {
            { new StringContent(table, System.Text.Encoding.UTF8), "file", "quyet-toan-the-ngay-hom-qua.csv" },
            { new StringContent($"{Partner}"), "partnerId" }, { new StringContent(Yesterday), "day" },
            { new StringContent("2"), "lines" }, { new StringContent("250000"), "total" },
        };
        return (await treasurer.Do("/api/v1/payments/partner-files", form)).GetProperty("id").GetGuid();
    }

    private static string Camt()
    {
        string Balance(string code, int amount) => $"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"VND\">{amount}</Amt>"
            + $"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{Yesterday}</Dt></Dt></Bal>";
        string Entry(int amount, string sign, string state, string memo) => $"<Ntry><Amt Ccy=\"VND\">{amount}</Amt>"
            + $"<CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>{state}</Cd></Sts><BookgDt><Dt>{Yesterday}</Dt></BookgDt>"
            + $"<BkTxCd/><AddtlNtryInf>{memo}</AddtlNtryInf></Ntry>";
        return "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt><Id>SP1</Id>"
            + $"<Acct><Id><Othr><Id>{Town.BoardAccount}</Id></Othr></Id></Acct>{Balance("OPBD", 5000000)}{Balance("CLBD", 5064000)}"
            + Entry(75000, "CRDT", "BOOK", "nop tien cho thang 11") + Entry(11000, "DBIT", "BOOK", "phi quan ly tai khoan")
            + Entry(20000, "CRDT", "PDNG", "cho ghi so") + "</Stmt></BkToCstmrStmt></Document>";
    }
}
