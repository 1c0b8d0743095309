using System.Globalization;
using System.Net.Http.Headers;
using System.Security;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Statements;

namespace TinhSo.Payments.Tests.Statements;

/// <summary>One entry as a bank writes it; below 0 what went out.</summary>
internal sealed record Line(long Change, string Memo = "", string? Reference = null, string? Day = null,
    bool Pending = false, string? At = null);

/// <summary>Writes the files that a bank would, in đồng.</summary>
internal static class BankFile
{
    public const string All = "payments.statements@province,payments.reconcile@province,payments.reconcile-approve@province";

    /// <summary>A day's statement, camt.053; the closing balance is what it comes to.</summary>
    public static string Statement(string id, string day, long opening, IEnumerable<Line> lines, string version = "08",
        string account = Scene.Account, string currency = "VND", long? closing = null)
    {
        var all = lines.ToList();
        var ends = closing ?? opening + all.Where(line => !line.Pending).Sum(line => line.Change);
        return Document("053", version, "BkToCstmrStmt",
            OneStatement(id, day, opening, ends, all, version, account, currency));
    }

    /// <summary>Several statements in one file.</summary>
    public static string Several(params string[] statements) =>
        Document("053", "08", "BkToCstmrStmt", string.Concat(statements));

    public static string OneStatement(string id, string day, long opening, long closing, IReadOnlyList<Line> lines,
        string version = "08", string account = Scene.Account, string currency = "VND") => $"""
        <Stmt><Id>{id}</Id><CreDtTm>{day}T23:59:59+07:00</CreDtTm>
        <Acct><Id><Othr><Id>{account}</Id></Othr></Id></Acct>
        {Balance("OPBD", opening, day, currency)}{Balance("CLBD", closing, day, currency)}
        {string.Concat(lines.Select(line => Entry(line, day, version, currency)))}</Stmt>
        """;

    /// <summary>Notices of entries, camt.054.</summary>
    public static string Notices(string id, string day, IEnumerable<Line> lines, string version = "08") =>
        Document("054", version, "BkToCstmrDbtCdtNtfctn", $"""
        <Ntfctn><Id>{id}</Id><CreDtTm>{day}T12:00:00+07:00</CreDtTm>
        <Acct><Id><Othr><Id>{Scene.Account}</Id></Othr></Id></Acct>
        {string.Concat(lines.Select(line => Entry(line, day, version, "VND")))}</Ntfctn>
        """);

    /// <summary>Sends a file as a program does.</summary>
    public static Task<HttpResponseMessage> Upload(this HttpClient client, string content, string name = "so-phu.xml",
        params (string Name, string Value)[] fields) =>
        client.Upload(Encoding.UTF8.GetBytes(content), name, fields);

    public static async Task<HttpResponseMessage> Upload(
        this HttpClient client, byte[] content, string name, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent();
        var file = new ByteArrayContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(file, "file", name);
        foreach (var (field, value) in fields)
        {
            form.Add(new StringContent(value), field);
        }
        using var message = new HttpRequestMessage(HttpMethod.Post, "/api/v1/payments/statements") { Content = form };
        message.Headers.Add(Idempotency.Header, Guid.CreateVersion7().ToString());
        return await client.SendAsync(message, PaymentsApp.Stop);
    }

    /// <summary>The code of a refusal, and what is particular to it; "ok" for a success.</summary>
    public static async Task<(string Code, string Detail)> Told(this HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(PaymentsApp.Stop);
        if (answer.IsSuccessStatusCode)
        {
            return ("ok", text);
        }
        var problem = JsonDocument.Parse(text).RootElement;
        var errors = problem.TryGetProperty("errors", out var fields) ? fields.ToString() : "";
        var detail = problem.TryGetProperty("detail", out var said) ? said.ToString() : "";
        return (problem.GetProperty("type").GetString()!["/problems/".Length..], detail + errors);
    }

    public static async Task<JsonElement> Json(this HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(PaymentsApp.Stop);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    public static HttpClient Treasurer(this PaymentsApp app, string name = "ke toan") => app.As(name, All.Split(','));

    public static Task<List<StatementEntry>> Entries(this PaymentsApp app) => app.Tables(db =>
        db.Entries.AsNoTracking().OrderBy(entry => entry.Day).ThenBy(entry => entry.Line).ToListAsync(PaymentsApp.Stop));

    public static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Document(string family, string version, string root, string inner) => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{family}.001.{version}"><{root}>
        <GrpHdr><MsgId>TS1</MsgId><CreDtTm>2026-11-24T00:00:00+07:00</CreDtTm></GrpHdr>
        {inner}</{root}></Document>
        """;

    private static string Balance(string code, long amount, string day, string currency) => $"""
        <Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{Math.Abs(amount)}</Amt>
        <CdtDbtInd>{(amount < 0 ? "DBIT" : "CRDT")}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>
        """;

    private static string Entry(Line line, string day, string version, string currency)
    {
        var (status, name) = (line.Pending ? "PDNG" : "BOOK", "NGUYEN VAN AN");
        var own = $"<Amt Ccy=\"{currency}\">{Math.Abs(line.Change)}</Amt><CdtDbtInd>{(line.Change < 0 ? "DBIT" : "CRDT")}</CdtDbtInd>";
        var booked = line.At is null ? $"<Dt>{line.Day ?? day}</Dt>" : $"<DtTm>{line.At}</DtTm>";
        return $"""
            <Ntry><Amt Ccy="{currency}">{Math.Abs(line.Change)}</Amt>
            <CdtDbtInd>{(line.Change < 0 ? "DBIT" : "CRDT")}</CdtDbtInd>
            <Sts>{(version == "02" ? status : $"<Cd>{status}</Cd>")}</Sts>
            <BookgDt>{booked}</BookgDt>
            {(line.Reference is null ? "" : $"<AcctSvcrRef>{line.Reference}</AcctSvcrRef>")}
            <BkTxCd><Prtry><Cd>1</Cd></Prtry></BkTxCd>
            <NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
            {(version == "02" ? "" : own)}
            <RltdPties><Dbtr>{(version == "02" ? $"<Nm>{name}</Nm>" : $"<Pty><Nm>{name}</Nm></Pty>")}</Dbtr></RltdPties>
            {(line.Memo.Length == 0 ? "" : $"<RmtInf><Ustrd>{SecurityElement.Escape(line.Memo)}</Ustrd></RmtInf>")}
            </TxDtls></NtryDtls></Ntry>
            """;
    }
}
