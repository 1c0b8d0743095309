using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Requests;

/// <summary>A request as it stands today.</summary>
internal sealed class StoredRequest : IVersioned
{
    public required Guid Id { get; init; }
    public required Guid PayeeId { get; init; }
    public required string Code { get; init; }
    public required long Amount { get; init; }
    public required string ServiceCode { get; init; }
    public required string? Place { get; init; }
    public required string Reference { get; init; }
    public required string Description { get; init; }
    public required DateTimeOffset DueAt { get; init; }
    public required PaymentState State { get; set; }

    /// <summary>The payment that has paid it, or whose transfer is on its way: no second one is let in.</summary>
    public Guid? PaymentId { get; set; }

    public DateTimeOffset? PaidAt { get; set; }
    public string? ReceiptCode { get; set; }
    public required string OpenedBy { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public long Version { get; set; }

    /// <summary>Whether money for it is still waited for.</summary>
    public bool IsPayable => PaymentId is null && State is (PaymentState.Open or PaymentState.Expired);

    /// <summary>Whether money that comes at <paramref name="moment"/> comes too late.</summary>
    public bool IsLateAt(DateTimeOffset moment) => moment > DueAt;

    /// <summary>The memo by which a bank's notice is matched.</summary>
    public string Memo => Memos.For(Code);

    public PaymentRequest ToRequest() => new(Id, PayeeId, Code, Amount, ServiceCode, Place, Reference, Description,
        DueAt, State, PaidAt, ReceiptCode);
}
