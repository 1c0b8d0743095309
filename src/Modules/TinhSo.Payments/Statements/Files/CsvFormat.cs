using TinhSo.Kernel.Audit;

namespace TinhSo.Payments.Statements.Files;

/// <summary>How a bank's own table is read: which column is what.</summary>
[Audited]
internal sealed class CsvFormat
{
    public required Guid Id { get; init; }
    public required string Name { get; set; }

    /// <summary>One sign: comma, semicolon or tab.</summary>
    public required string Separator { get; set; }

    public required string DateColumn { get; set; }

    /// <summary>Such as <c>dd/MM/yyyy HH:mm:ss</c>.</summary>
    public required string DateFormat { get; set; }

    /// <summary>One column with signs; or else <see cref="CreditColumn"/> and <see cref="DebitColumn"/>.</summary>
    public required string? AmountColumn { get; set; }

    public required string? CreditColumn { get; set; }
    public required string? DebitColumn { get; set; }
    public required string? ReferenceColumn { get; set; }
    public required string? MemoColumn { get; set; }
    public required string? PayerColumn { get; set; }

    /// <summary>What parts đồng from their fractions: point or comma; the other one parts thousands.</summary>
    public required string DecimalSign { get; set; }

    public required string SetBy { get; set; }
    public required DateTimeOffset SetAt { get; set; }
}
