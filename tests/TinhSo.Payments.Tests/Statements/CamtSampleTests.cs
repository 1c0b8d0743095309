using System.Globalization;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Statements.Files;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Statements;

/// <summary>Strangers' samples of ISO 20022, all sixteen: what is read of each, and what an import answers.</summary>
public sealed class CamtSampleTests
{
    // File; statements and entries read, with their amounts and currencies; what an import answers where a payee has the
    // account, which none can of more than 19 letters.
    private static readonly string[][] Expected =
    [
        ["camt052.v8.xml", "payments.intraday-report", "payments.intraday-report"],
        ["camt053.v2.all-balance-types.xml", "1: 8.850 EUR", "payments.no-such-bank-account"],
        ["camt053.v2.five.decimals.xml", "1: 8.850 EUR", "payments.statement-refused"],
        ["camt053.v2.minimal.ultimate.xml", "1: 8.85 EUR", "payments.statement-refused"],
        ["camt053.v2.minimal.xml", "1: 8.85 EUR", "payments.statement-refused"],
        ["camt053.v2.multi.statement.xml", "2: 8.85 EUR, -7.00 EUR", "payments.statement-refused"],
        ["camt053.v2.with-account-name.xml", "1: 8.85 EUR", "payments.no-such-bank-account"],
        ["camt053.v2.with-party-ids.xml", "1: 8.85 EUR", "payments.statement-refused"],
        ["camt053.v2.wrong.xml", "payments.not-a-statement", "payments.not-a-statement"],
        ["camt053.v8.xml", "1: 8.85 EUR", "payments.statement-refused"],
        ["camt054.v2.with-account-name.xml", "1: -200000 SEK", "payments.no-such-bank-account"],
        ["camt054.v2.xml", "1: -200000 SEK", "payments.no-such-bank-account"],
        ["camt054.v8-with-UETR.xml", "1: -200000 SEK", "payments.no-such-bank-account"],
        ["camt054.v8-with-financial-institution.xml", "1: -200000 SEK", "payments.no-such-bank-account"],
        ["camt054.v8.xml", "1: -200000 SEK", "payments.no-such-bank-account"],
        ["camt53.only-Dt-with-DtTm.xml", "1: ", "payments.no-such-bank-account"],
    ];

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Fact]
    public void All_sixteen_samples_are_here()
    {
        var here = typeof(CamtSampleTests).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("camt", StringComparison.Ordinal) && name.EndsWith(".xml", StringComparison.Ordinal));

        Assert.Equal(Expected.Select(one => one[0]).Order(StringComparer.Ordinal), here.Order(StringComparer.Ordinal));
        Assert.Equal(16, Expected.Length);
    }

    [Fact]
    public void Each_sample_is_read_as_it_stands_or_refused_with_its_reason()
    {
        Assert.Equal(Expected.Select(one => $"{one[0]} {one[1]}"), Expected.Select(one => $"{one[0]} {Read(one[0])}"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task No_sample_is_imported_and_each_refusal_says_why(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        using var treasurer = app.Treasurer();
        var strangers = new List<string>();
        foreach (var one in Expected)
        {
            strangers.Add((await Import(treasurer, one[0])).Code);
        }
        // Who has the account is asked first, and then what stands in the statement.
        Assert.Equal(Expected.Select(one => one[2] == "payments.statement-refused" ? "payments.no-such-bank-account" : one[2]),
            strangers);

        foreach (var account in Accounts())
        {
            await app.Payee(account);
        }
        foreach (var one in Expected)
        {
            var (code, detail) = await Import(treasurer, one[0]);
            Assert.Equal((one[0], one[2]), (one[0], code));
            Assert.True(code != "payments.statement-refused" || detail.Contains("VND", StringComparison.Ordinal)
                || detail.Contains("không có trong sổ phụ", StringComparison.Ordinal), $"{one[0]}: {detail}");
        }
        Assert.Equal(0, await app.Tables(db => db.Statements.CountAsync(PaymentsApp.Stop)));
    }

    private static string Read(string name)
    {
        using var sample = Sample(name);
        var parts = CamtReader.Read(sample).ToList();
        return parts is [.., StatementFault fault]
            ? fault.Why.Code
            : $"{parts.OfType<StatementHead>().Count()}: " + string.Join(", ", parts.OfType<StatementLine>().Select(line =>
                string.Create(CultureInfo.InvariantCulture, $"{(line.IsDebit ? "-" : "")}{line.Amount} {line.Currency}")));
    }

    private static async Task<(string Code, string Detail)> Import(HttpClient treasurer, string name)
    {
        using var sample = new MemoryStream();
        await Sample(name).CopyToAsync(sample, PaymentsApp.Stop);
        return await (await treasurer.Upload(sample.ToArray(), name)).Told();
    }

    private static List<string> Accounts() => [.. Expected.SelectMany(one =>
    {
        using var sample = Sample(one[0]);
        return CamtReader.Read(sample).OfType<StatementHead>().Select(head => head.AccountNumber).OfType<string>().ToList();
    }).Distinct().Where(account => account.Length <= 19)];

    private static Stream Sample(string name) => Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
}
