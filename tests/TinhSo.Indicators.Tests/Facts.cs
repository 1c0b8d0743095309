using TinhSo.Kernel.Facts;

namespace TinhSo.Indicators.Tests;

// Indicators know facts by name alone, and so do their tests: these are written from the schemas in docs/facts.

internal sealed record MarketDescribed(
    Guid MarketId, string MarketName, int Class, string? Place, bool Digital, bool Demo, DateTimeOffset ChangedAt)
    : IFact
{
    public static string Name => "markets.market-described.v1";
}

internal sealed record StallDescribed(
    Guid StallId, Guid MarketId, int Class, string? Place, Guid? TraderId, bool HasSign, DateTimeOffset ChangedAt)
    : IFact
{
    public static string Name => "markets.stall-described.v1";
}

internal sealed record PaymentReceived(
    Guid PaymentId, long Amount, string ServiceCode, string Channel, string? Place, string Reference,
    string ReceiptCode, Guid TransferId, DateTimeOffset ReceivedAt) : IFact
{
    public static string Name => "payments.payment-received.v1";
}

internal sealed record PaymentRefunded(
    Guid PaymentId, long Amount, string ServiceCode, string Channel, string? Place, string Reference,
    Guid TransferId, DateTimeOffset RefundedAt) : IFact
{
    public static string Name => "payments.payment-refunded.v1";
}

internal sealed record BillIssued(
    Guid BillId, string Period, string? Place, long Amount, DateTimeOffset IssuedAt) : IFact
{
    public static string Name => "billing.bill-issued.v1";
}

internal sealed record BillPaid(
    Guid BillId, string Period, string? Place, long Amount, string Channel, string ReceiptCode, Guid TransferId,
    bool OnTime, DateTimeOffset PaidAt) : IFact
{
    public static string Name => "billing.bill-paid.v1";
}

internal sealed record BillCancelled(Guid BillId, long Amount, DateTimeOffset CancelledAt) : IFact
{
    public static string Name => "billing.bill-cancelled.v1";
}
