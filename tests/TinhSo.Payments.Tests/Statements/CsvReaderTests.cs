using System.Text;
using TinhSo.Payments.Statements;
using TinhSo.Payments.Statements.Files;

namespace TinhSo.Payments.Tests.Statements;

public sealed class CsvReaderTests
{
    private static readonly StatementHead Head = new(StatementKind.Table, null, null, null, null, null, null);

    [Fact]
    public void A_banks_table_is_read_below_its_names_of_columns()
    {
        var parts = Read(""""
            SAO KÊ TÀI KHOẢN;;;
            Số TK: 257678859;;;
            Ngày;Số tham chiếu;Ghi có;Ghi nợ;Diễn giải
            23/11/2026 08:15:00;FT1;1.234.000;;"Phí chợ; ô ""12"""
            23/11/2026 09:00:00;FT2;;-22.000,00;Phí dịch vụ
            Tổng;;1.234.000;22.000;
            """", Format(credit: "Ghi có", debit: "ghi no"));

        Assert.Equal(
            [(1_234_000m, false, "FT1", "Phí chợ; ô \"12\"", 4), (22_000m, true, "FT2", "Phí dịch vụ", 5)],
            parts.OfType<StatementLine>().Select(line =>
                (line.Amount, line.IsDebit, line.BankReference!, line.Memo, line.Line)));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 1, 15, 0, TimeSpan.Zero), parts.OfType<StatementLine>().First().BankedAt);
    }

    [Theory]
    [InlineData("1.234.000", 1_234_000)]
    [InlineData("+1.234.000 VND", 1_234_000)]
    [InlineData("-22.000,00", -22_000)]
    [InlineData("", 0)]
    [InlineData("1.5", null)]
    [InlineData("1,5.000", null)]
    [InlineData("12abc", null)]
    [InlineData("1.2345.000", null)]
    public void An_amount_is_never_guessed_at(string typed, int? amount)
    {
        Assert.Equal(amount, (int?)CsvReader.Amount(typed, Format(amount: "x")));
    }

    [Fact]
    public void What_cannot_be_read_is_refused_with_its_line()
    {
        var format = Format(amount: "Số tiền");

        Assert.Contains("Dòng 2", Fault("Ngày;Số tiền\n2026-11-23;5\n", format), StringComparison.Ordinal);
        Assert.Contains("Dòng 2", Fault("Ngày;Số tiền\n23/11/2026 08:15:00;5.5\n", format), StringComparison.Ordinal);
        Assert.Contains("Dòng 2", Fault($"Ngày;Số tiền\n\"{new string('x', 5000)}\n", format), StringComparison.Ordinal);
        Assert.Contains("“Ngày”", Fault("Date;Amount\n", format), StringComparison.Ordinal);
        using var latin = new MemoryStream(Encoding.Latin1.GetBytes("Ngày;Số tiền\n"));
        Assert.Contains("UTF-8", Why(CsvReader.Read(latin, format.ToFormat(), Head).Last()), StringComparison.Ordinal);
    }

    private static string Fault(string file, FormatOf format) => Why(Read(file, format)[^1]);

    private static string Why(StatementPart part) => Assert.IsType<StatementFault>(part).Why.Detail!.ToString();

    private static List<StatementPart> Read(string file, FormatOf format)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
        return [.. CsvReader.Read(stream, format.ToFormat(), Head)];
    }

    private static FormatOf Format(string? amount = null, string? credit = null, string? debit = null) =>
        new(amount, credit, debit);

    private sealed record FormatOf(string? AmountColumn, string? CreditColumn, string? DebitColumn)
    {
        public static implicit operator CsvFormat(FormatOf format) => format.ToFormat();

        public CsvFormat ToFormat() => new()
        {
            Id = Guid.Empty,
            Name = "Ngân hàng A",
            Separator = ";",
            DateColumn = "Ngày",
            DateFormat = "dd/MM/yyyy HH:mm:ss",
            AmountColumn = AmountColumn,
            CreditColumn = CreditColumn,
            DebitColumn = DebitColumn,
            ReferenceColumn = "Số tham chiếu",
            MemoColumn = "Diễn giải",
            PayerColumn = null,
            DecimalSign = ",",
            SetBy = "system",
            SetAt = default,
        };
    }
}
