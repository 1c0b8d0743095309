using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Statements;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Statements;

public sealed class ImportTests
{
    private const string Today = "2026-11-23";

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_statement_is_imported_once_whoever_sends_it_and_however_often(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        await app.Payee();
        var file = BankFile.Statement("S1", Today, 500_000, [new(100_000, "A", "FT1"), new(-20_000, "B"), new(7, Pending: true)]);
        var clients = Enumerable.Range(0, 16).Select(i => app.Treasurer($"ke toan {i}")).ToList();

        var answers = await Task.WhenAll(clients.Select(client => client.Upload(file)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        var told = new List<JsonElement>();
        foreach (var answer in answers)
        {
            told.Add((await answer.Json())[0]);
        }
        Assert.Single(told, one => one.GetProperty("isNew").GetBoolean());
        Assert.Single(told.Select(one => one.GetProperty("id").GetGuid()).Distinct());
        var statement = Assert.Single(await app.Tables(db => db.Statements.AsNoTracking().ToListAsync(PaymentsApp.Stop)));
        Assert.Equal((500_000, 580_000, 100_000, 20_000, 3, 1), (statement.Opening, statement.Closing, statement.Credits,
            statement.Debits, statement.Entries, statement.Pending));
        Assert.Equal([EntryState.Open, EntryState.Open, EntryState.Pending], (await app.Entries()).Select(entry => entry.State));
        clients.ForEach(client => client.Dispose());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_cannot_be_right_is_refused_with_its_reason_and_changes_nothing(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        await app.Payee();
        using var treasurer = app.Treasurer();
        using var stranger = app.As("nguoi khac", "payments.reconcile@market:other");
        var good = BankFile.Statement("S1", Today, 0, [new(100)]);

        Assert.Equal(("payments.balance-broken", "Tính ra 100\u00a0đ, sổ phụ ghi 150\u00a0đ."),
            await (await treasurer.Upload(BankFile.Statement("S1", Today, 0, [new(100)], closing: 150))).Told());
        Assert.Equal("payments.no-such-bank-account",
            (await (await treasurer.Upload(BankFile.Statement("S1", Today, 0, [], account: "999"))).Told()).Code);
        Assert.Equal("payments.no-such-bank-account", (await (await stranger.Upload(good)).Told()).Code);
        Assert.Equal("payments.statement-refused",
            (await (await treasurer.Upload(BankFile.Statement("S1", Today, 0, [new(100)], currency: "USD"))).Told()).Code);
        var fraction = await (await treasurer.Upload(
            good.Replace(">100</Amt>\n<CdtDbtInd>CRDT</CdtDbtInd>\n<Sts>", ">100.50</Amt>\n<CdtDbtInd>CRDT</CdtDbtInd>\n<Sts>",
                StringComparison.Ordinal))).Told();
        Assert.Equal("payments.statement-refused", fraction.Code);
        Assert.Contains("phần lẻ", fraction.Detail, StringComparison.Ordinal);
        Assert.Contains("Dòng ", fraction.Detail, StringComparison.Ordinal);
        Assert.Equal("payments.statement-refused",
            (await (await treasurer.Upload(BankFile.Statement("S1", "2026-11-29", 0, [new(100)]))).Told()).Code);
        Assert.Equal("kernel.invalid", (await (await treasurer.Upload("")).Told()).Code);
        Assert.Equal(0, await app.Tables(db => db.Books.CountAsync(PaymentsApp.Stop)));

        Assert.Equal("ok", (await (await treasurer.Upload(good)).Told()).Code);
        Assert.Equal("payments.statement-differs",
            (await (await treasurer.Upload(BankFile.Statement("S1", Today, 0, [new(200)]))).Told()).Code);
        Assert.Equal("payments.statement-out-of-order",
            (await (await treasurer.Upload(BankFile.Statement("S2", Today, 0, [new(200)]))).Told()).Code);
        app.Clock.Advance(TimeSpan.FromDays(1));
        var gap = await (await treasurer.Upload(BankFile.Statement("S2", "2026-11-24", 90, []))).Told();
        Assert.Equal("payments.statement-out-of-order", gap.Code);
        Assert.Contains("100\u00a0đ", gap.Detail, StringComparison.Ordinal);
        Assert.Equal("ok", (await (await treasurer.Upload(BankFile.Statement("S2", "2026-11-24", 100, []))).Told()).Code);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_file_of_several_statements_is_taken_in_whole_or_not_at_all(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        await app.Payee();
        await app.Payee("5550001");
        using var treasurer = app.Treasurer();
        var mine = BankFile.OneStatement("S1", Today, 0, 100, [new(100)]);
        var other = BankFile.OneStatement("S1", Today, 50, 50, [], account: "5550001");
        var broken = BankFile.OneStatement("S2", Today, 50, 60, [], account: "5550001");

        Assert.Equal("payments.balance-broken", (await (await treasurer.Upload(BankFile.Several(mine, broken))).Told()).Code);
        Assert.Equal(0, await app.Tables(db => db.Statements.CountAsync(PaymentsApp.Stop)));
        Assert.Equal(2, (await (await treasurer.Upload(BankFile.Several(mine, other))).Json()).GetArrayLength());
        Assert.Equal(2, await app.Tables(db => db.Books.CountAsync(PaymentsApp.Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_banks_own_table_is_imported_by_its_format(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        await app.Payee();
        using var treasurer = app.Treasurer();
        var formatId = app.NewId();
        var format = new
        {
            name = "Ngân hàng A",
            separator = ",",
            dateColumn = "Date",
            dateFormat = "dd/MM/yyyy",
            amountColumn = "Amount",
            referenceColumn = "Ref",
            memoColumn = "Memo",
            decimalSign = ".",
        };
        using var wrong = await treasurer.Put(formatId, new { name = "x", separator = "|", dateFormat = "ngày" });
        Assert.Equal("kernel.invalid", (await wrong.Told()).Code);
        using var set = await treasurer.Put(formatId, format);
        Assert.Equal("ok", (await set.Told()).Code);
        const string table = "Date,Ref,Amount,Memo\n23/11/2026,FT1,\"1,000\",phi cho\n23/11/2026,FT2,-400,phi\n";
        (string, string)[] fields = [("formatId", $"{formatId}"), ("accountId", $"{Scene.Bank}"), ("opening", "5.000")];

        Assert.Equal("kernel.invalid", (await (await treasurer.Upload(table, "a.csv", fields)).Told()).Code);
        Assert.Equal("payments.balance-broken",
            (await (await treasurer.Upload(table, "a.csv", [.. fields, ("closing", "5.500")])).Told()).Code);
        Assert.Equal("ok", (await (await treasurer.Upload(table, "a.csv", [.. fields, ("closing", "5.600")])).Told()).Code);
        var again = await (await treasurer.Upload(table, "b.csv", [.. fields, ("closing", "5.600")])).Json();
        Assert.False(again[0].GetProperty("isNew").GetBoolean());
        Assert.Equal([(1000, "FT1", "phi cho"), (-400, "FT2", "phi")],
            (await app.Entries()).Select(entry => (entry.Change, entry.BankReference!, entry.Memo)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Entries_are_found_by_state_and_by_what_they_hold_and_names_are_masked(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        await app.Payee();
        using var treasurer = app.Treasurer();
        using var reader = app.As("ban quan ly", $"payments.statements@{Scene.Unit}");
        using var stranger = app.As("nguoi khac", "payments.statements@market:other");
        var id = (await (await treasurer.Upload(BankFile.Statement("S1", Today, 0,
            [new(100_000, "phi cho 0912345678", "FT1"), new(250_000, "tien dien", "FT2")]))).Json())[0].GetProperty("id").GetGuid();
        var entries = $"/api/v1/payments/statements/{id}/entries";

        var all = await reader.Get(entries);
        var line = all.GetProperty("items")[0];

        Assert.Equal(2, all.GetProperty("items").GetArrayLength());
        Assert.Equal("N••• V••• A•••", line.GetProperty("payer").GetString());
        Assert.DoesNotContain("0912345678", all.ToString(), StringComparison.Ordinal);
        Assert.Equal("tien dien", Assert.Single((await reader.Get($"{entries}?q=DIEN")).GetProperty("items").EnumerateArray())
            .GetProperty("memo").GetString());
        Assert.Equal("FT1", Assert.Single((await reader.Get($"{entries}?q=100.000")).GetProperty("items").EnumerateArray())
            .GetProperty("reference").GetString());
        Assert.Empty((await reader.Get($"{entries}?state=Matched")).GetProperty("items").EnumerateArray());
        var page = await reader.Get($"{entries}?limit=1");
        Assert.Equal("FT2", (await reader.Get($"{entries}?limit=1&cursor={page.GetProperty("next").GetString()}"))
            .GetProperty("items")[0].GetProperty("reference").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(entries, PaymentsApp.Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.Upload("x")).StatusCode);
        var csv = await reader.GetStringAsync($"/payments/statements/{id}/entries.csv", PaymentsApp.Stop);
        Assert.Contains("1,2026-11-23,2026-11-23,100000,FT1,", csv, StringComparison.Ordinal);
        Assert.DoesNotContain("NGUYEN", csv, StringComparison.Ordinal);
    }
}

internal static class FormatSteps
{
    public static Task<HttpResponseMessage> Put(this HttpClient client, Guid id, object format)
    {
        var message = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/payments/statements/formats/{id}")
        {
            Content = JsonContent.Create(format),
        };
        message.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        return client.SendAsync(message, PaymentsApp.Stop);
    }
}
