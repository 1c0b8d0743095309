namespace TinhSo.Payments.Storage;

/// <summary>Who did what to a request, a refund, an item of suspense or a shift, when and why.</summary>
internal sealed class Change
{
    public required Guid Id { get; init; }
    public required Guid SubjectId { get; init; }
    public required ChangeKind What { get; init; }
    public required string? Why { get; init; }
    public required string MadeBy { get; init; }
    public required DateTimeOffset MadeAt { get; init; }
}

/// <summary>What can be done.</summary>
internal enum ChangeKind
{
    Opened,
    Ordered,
    Paid,
    PaidLate,
    Expired,
    Cancelled,
    RefundProposed,
    RefundApproved,
    RefundRejected,
    Refunded,
    Failed,
    Arrived,
    AssignAsked,
    Assigned,
    ReturnProposed,
    ReturnApproved,
    ReturnRejected,
    Returned,
    RepeatedDifferently,
    EntryTakenIn,
    EntryMatched,
    EntryUnmatched,
    DifferenceProposed,
    DifferenceAccepted,
    DifferenceRejected,
    StartProposed,
    StartApproved,
    StartRejected,
    ClosingProposed,
    DayClosed,
    ClosingRejected,
    ShiftOpened,
    FloatSigned,
    FloatRejected,
    ShiftCancelled,
    ShiftCounted,
    DifferenceExplained,
    CountRejected,
    CountAccepted,
    ShiftHandedOver,
}
