namespace TinhSo.Payments.Receipts;

/// <summary>Money that came in, and its receipt: one row, since neither is ever without the other.</summary>
internal sealed class Payment
{
    public required Guid Id { get; init; }
    public required Guid? RequestId { get; init; }
    public required Guid? PointId { get; init; }
    public required Guid PayeeId { get; init; }
    public required long Amount { get; init; }
    public required string ServiceCode { get; init; }
    public required string Channel { get; init; }
    public required string? Place { get; init; }
    public required string Reference { get; init; }
    public required string Description { get; init; }
    public required string ReceiptCode { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required string ReceivedBy { get; init; }
    public required Guid TransferId { get; init; }

    /// <summary>The bank account, partner or till into which the money came.</summary>
    public required Guid MoneyAccount { get; init; }

    /// <summary>The shift in which a collector took it; null for all but cash, and for cash taken without one.
    /// </summary>
    public Guid? ShiftId { get; init; }

    public required bool Late { get; init; }

    public Receipt ToReceipt() => new(Id, ReceiptCode, RequestId, PointId, PayeeId, Amount, ServiceCode, Channel, Place,
        Reference, Description, ReceivedAt, TransferId);
}
