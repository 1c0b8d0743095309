namespace TinhSo.Payments.Requests;

/// <summary>What a short code stands for: one request, or one standing code.</summary>
internal sealed class CodeOwner
{
    public required string Code { get; init; }
    public Guid? RequestId { get; init; }
    public Guid? PointId { get; init; }
}
