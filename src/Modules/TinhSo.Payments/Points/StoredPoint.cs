using TinhSo.Payments.Requests;

namespace TinhSo.Payments.Points;

/// <summary>A standing code; never changed once opened.</summary>
internal sealed class StoredPoint
{
    public required Guid Id { get; init; }
    public required Guid PayeeId { get; init; }
    public required string Code { get; init; }
    public required string ServiceCode { get; init; }
    public required string? Place { get; init; }
    public required string Reference { get; init; }
    public required string Description { get; init; }
    public required string OpenedBy { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }

    public string Memo => Memos.For(Code);

    public PaymentPoint ToPoint() => new(Id, PayeeId, Code, ServiceCode, Place, Reference, Description);
}
