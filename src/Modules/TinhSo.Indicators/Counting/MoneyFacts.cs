namespace TinhSo.Indicators.Counting;

/// <summary>The two facts that say more of a transfer than the ledger does, known by name alone.</summary>
internal static class MoneyFacts
{
    /// <summary>Gives the receipt of a transfer.</summary>
    public const string Received = "payments.payment-received.v1";

    /// <summary>Tells that a transfer gave money back, and for what.</summary>
    public const string Refunded = "payments.payment-refunded.v1";

    public static readonly string[] ReceivedFields = ["transferId", "receiptCode"];

    public static readonly string[] RefundedFields =
        ["transferId", "amount", "serviceCode", "channel", "place", "reference", "refundedAt"];
}
