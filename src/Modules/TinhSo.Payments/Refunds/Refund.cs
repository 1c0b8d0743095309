using TinhSo.Kernel.Audit;
using TinhSo.Payments.Moves;

namespace TinhSo.Payments.Refunds;

/// <summary>Money to be given back: proposed by one person, approved by another.</summary>
[Audited]
internal sealed class Refund : IProposed
{
    public required Guid Id { get; init; }
    public required Guid PaymentId { get; init; }
    public required long Amount { get; init; }
    public required string Reason { get; init; }
    public required StepState State { get; set; }
    public required string ProposedBy { get; init; }
    public required DateTimeOffset ProposedAt { get; init; }
    public string? ApprovedBy { get; set; }
    public DateTimeOffset? ApprovedAt { get; set; }
    public DateTimeOffset? RefundedAt { get; set; }
}
