using System.Text.Json;

namespace TinhSo.Billing.Bills;

/// <summary>A bill as stored: what it asks for never changes, only whether it is paid.</summary>
internal sealed class BillRow
{
    public required Guid Id { get; init; }
    public required string Number { get; init; }
    public required string Unit { get; init; }
    public required string Customer { get; init; }
    public required string CustomerName { get; init; }
    public required string CustomerFolded { get; init; }
    public required string Period { get; init; }
    public required string ServiceCode { get; init; }
    public string? Place { get; init; }
    public required string Lines { get; init; }
    public required long Amount { get; init; }
    public required DateOnly DueOn { get; init; }
    public required BillState State { get; set; }
    public required DateTimeOffset IssuedAt { get; init; }
    public DateTimeOffset? PaidAt { get; set; }
    public string? Channel { get; set; }
    public string? ReceiptCode { get; set; }
    public required string PayCode { get; init; }

    public IReadOnlyList<BillLine> ReadLines() => JsonSerializer.Deserialize<BillLine[]>(Lines)!;

    public IReadOnlyList<BilledItem> Items() =>
        [.. ReadLines().GroupBy(l => l.Item).Select(g => new BilledItem(g.Key, g.Sum(l => l.Amount)))];

    public Bill ToBill() => new(Id, Number, Unit, Customer, CustomerName, Period, ServiceCode, Place, ReadLines(),
        Amount, DueOn, State, IssuedAt, PaidAt, Channel, ReceiptCode, PayCode);
}

/// <summary>The last number given out to one prefix in one year.</summary>
internal sealed class NumberRow
{
    public required string Prefix { get; init; }
    public required int Year { get; init; }
    public long Last { get; set; }
}

/// <summary>Something that was done to a bill, by whom and why.</summary>
internal sealed class ChangeRow
{
    public required Guid Id { get; init; }
    public required Guid BillId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Who { get; init; }
    public required string What { get; init; }
    public string? Why { get; init; }
}
