using System.Diagnostics;
using System.Reflection;
using System.Text;
using TinhSo.Payments.Statements;
using TinhSo.Payments.Statements.Files;

namespace TinhSo.Payments.Tests.Statements;

public sealed class CamtReaderTests
{
    private static readonly Line[] Lines =
    [
        new(100_000, "TS0123456789 phi cho & ve sinh", "FT26327000001"),
        new(-22_000, "Phi dich vu", "FT26327000002", At: "2026-11-23T14:05:06+07:00"),
        new(5_000, Pending: true),
    ];

    [Theory]
    [InlineData("02")]
    [InlineData("08")]
    public void Own_statements_and_notices_are_what_the_schemas_ask_for_and_are_read_in_full(string version)
    {
        var statement = BankFile.Statement("S1", "2026-11-23", 1_000_000, Lines, version);
        var notices = BankFile.Notices("N1", "2026-11-23", Lines, version);

        Assert.Equal("", Check(statement, $"camt.053.001.{version}.xsd"));
        Assert.Equal("", Check(notices, $"camt.054.001.{version}.xsd"));
        Assert.NotEqual("", Check(statement.Replace("<Sts>", "<Stz>", StringComparison.Ordinal)
            .Replace("</Sts>", "</Stz>", StringComparison.Ordinal), $"camt.053.001.{version}.xsd"));
        foreach (var (file, kind) in new[] { (statement, StatementKind.Statement), (notices, StatementKind.Notices) })
        {
            var parts = Parts(file);
            var head = Assert.IsType<StatementHead>(parts[0]);
            Assert.Equal((kind, Scene.Account), (head.Kind, head.AccountNumber));
            var lines = parts.OfType<StatementLine>().ToList();
            Assert.Equal([(100_000m, false, false), (22_000m, true, false), (5_000m, false, true)],
                lines.Select(line => (line.Amount, line.IsDebit, line.IsPending)));
            Assert.Equal(("TS0123456789 phi cho & ve sinh", "FT26327000001", "NGUYEN VAN AN"),
                (lines[0].Memo, lines[0].BankReference, lines[0].PayerName));
            Assert.Equal((BankFile.Day("2026-11-23"), new DateTimeOffset(2026, 11, 23, 7, 5, 6, TimeSpan.Zero)),
                (lines[1].BookedOn, lines[1].BankedAt));
            Assert.Null(lines[0].BankedAt);
        }
        var balances = Assert.IsType<StatementHead>(Parts(statement)[0]);
        Assert.Equal((1_000_000m, 1_078_000m), (balances.Opening!.Amount, balances.Closing!.Amount));
    }

    [Fact]
    public void A_collected_entry_is_its_transactions_when_they_add_up_to_it()
    {
        var one = BankFile.Statement("S1", "2026-11-23", 0, [new(300)]);
        var start = one.IndexOf("<NtryDtls>", StringComparison.Ordinal);
        var end = one.IndexOf("</NtryDtls>", StringComparison.Ordinal);
        string With(int first, int second) => one[..start] + $"""
            <NtryDtls>
            <TxDtls><Refs><AcctSvcrRef>A</AcctSvcrRef></Refs><Amt Ccy="VND">{first}</Amt><RmtInf><Ustrd>mot</Ustrd></RmtInf></TxDtls>
            <TxDtls><Refs><AcctSvcrRef>B</AcctSvcrRef></Refs><Amt Ccy="VND">{second}</Amt><RmtInf><Ustrd>hai</Ustrd></RmtInf></TxDtls>
            """ + one[end..];

        Assert.Equal([(100m, "A", "mot"), (200m, "B", "hai")], Parts(With(100, 200)).OfType<StatementLine>()
            .Select(line => (line.Amount, line.BankReference, line.Memo)));
        Assert.Equal([(300m, "A", "mot hai")], Parts(With(100, 100)).OfType<StatementLine>()
            .Select(line => (line.Amount, line.BankReference, line.Memo)));
    }

    [Fact]
    public void A_document_type_an_entity_and_a_file_from_elsewhere_are_not_even_looked_at()
    {
        const string bomb = """
            <?xml version="1.0"?><!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>&b;</BkToCstmrStmt></Document>
            """;
        const string outside = """
            <?xml version="1.0"?><!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>&x;</BkToCstmrStmt></Document>
            """;

        Assert.Equal("payments.unreadable-statement", Fault(bomb));
        Assert.Equal("payments.unreadable-statement", Fault(outside));
    }

    [Fact]
    public void A_text_of_many_millions_is_cut_and_never_held()
    {
        var file = BankFile.Statement("S1", "2026-11-23", 0, [new(300, "MEMO")])
            .Replace("MEMO", new string('x', 30_000_000), StringComparison.Ordinal);
        var bytes = Encoding.UTF8.GetBytes(file);
        using var stream = new MemoryStream(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var line = Assert.Single(CamtReader.Read(stream).OfType<StatementLine>());

        Assert.Equal(1000, line.Memo.Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("<a>", 100_000));

        Assert.Equal("payments.unreadable-statement",
            Fault($"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">{deep}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not xml at all")]
    [InlineData("<html><body>Sign in</body></html>")]
    [InlineData("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.04\"><BkToCstmrStmt/></Document>")]
    [InlineData("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.03\"/>")]
    [InlineData("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt><Id>1</Id>")]
    public void What_is_no_statement_is_a_refusal_and_no_failure(string file)
    {
        Assert.True(Fault(file) is "payments.unreadable-statement" or "payments.not-a-statement", Fault(file));
    }

    [Fact]
    public void Bytes_in_another_encoding_than_they_say_are_refused_with_the_line()
    {
        var file = Encoding.Latin1.GetBytes(
            BankFile.Statement("S1", "2026-11-23", 0, [new(300, "Phí chợ")]).Replace("ợ", "o", StringComparison.Ordinal));
        using var stream = new MemoryStream(file);

        var fault = Assert.IsType<StatementFault>(CamtReader.Read(stream).Last());

        Assert.Equal("payments.unreadable-statement", fault.Why.Code);
        Assert.Contains("Dòng ", fault.Why.Detail!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_are_read_one_at_a_time_however_many_they_are()
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(BankFile.Statement("S1", "2026-11-23", 0,
            Enumerable.Range(1, 20_000).Select(i => new Line(1000 + i, $"thang 11 o {i}", $"FT{i:D9}")))));
        var count = 0;

        foreach (var part in CamtReader.Read(file))
        {
            if (part is StatementLine)
            {
                count++;
                // No more of the file is read than what is asked for, and a buffer.
                Assert.InRange(file.Position, 0, (file.Length * count / 20_000) + (64 * 1024));
            }
        }

        Assert.Equal(20_000, count);
    }

    private static List<StatementPart> Parts(string file)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
        return [.. CamtReader.Read(stream)];
    }

    private static string Fault(string file) => Assert.IsType<StatementFault>(Parts(file)[^1]).Why.Code;

    // The schemas' own checker: what it says of a file, and nothing when the file is as it should be.
    private static string Check(string file, string schema)
    {
        var folder = Directory.CreateTempSubdirectory("camt-");
        try
        {
            using (var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(schema)!)
            using (var copy = File.Create(Path.Combine(folder.FullName, schema)))
            {
                resource.CopyTo(copy);
            }
            File.WriteAllText(Path.Combine(folder.FullName, "file.xml"), file);
            using var xmllint = Process.Start(new ProcessStartInfo("xmllint",
                ["--noout", "--nonet", "--schema", schema, "file.xml"])
            {
                WorkingDirectory = folder.FullName,
                RedirectStandardError = true,
            })!;
            var said = xmllint.StandardError.ReadToEnd();
            xmllint.WaitForExit();
            return xmllint.ExitCode == 0 ? "" : said;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
