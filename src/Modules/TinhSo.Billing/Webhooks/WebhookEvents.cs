using TinhSo.Kernel;

namespace TinhSo.Billing.Webhooks;

/// <summary>What a receiver can be told.</summary>
internal static class WebhookEvents
{
    public const string BillIssued = "bill.issued";
    public const string BillPaid = "bill.paid";
    public const string BillCancelled = "bill.cancelled";
    public const string PaymentReceived = "payment.received";
    public const string PaymentRefunded = "payment.refunded";

    /// <summary>Sent by hand, so that a receiver can be tried.</summary>
    public const string Test = "webhook.test";

    /// <summary>Those that can be chosen.</summary>
    public static readonly IReadOnlyList<string> All =
        [BillIssued, BillPaid, BillCancelled, PaymentReceived, PaymentRefunded];

    /// <summary>An event in words.</summary>
    public static Text NameOf(string name) => name switch
    {
        BillIssued => new("Lập phiếu thu", "Bill issued"),
        BillPaid => new("Phiếu thu đã nộp", "Bill paid"),
        BillCancelled => new("Hủy phiếu thu", "Bill withdrawn"),
        PaymentReceived => new("Nhận tiền", "Money received"),
        PaymentRefunded => new("Hoàn tiền", "Money given back"),
        Test => new("Gửi thử", "Test"),
        _ => throw new ArgumentException($"No such event: {name}.", nameof(name)),
    };
}
