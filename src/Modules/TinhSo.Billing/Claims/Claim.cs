using TinhSo.Kernel.Storage;

namespace TinhSo.Billing.Claims;

/// <summary>Whose bills a provider keeps under one code. Who that is, only the provider knows.</summary>
internal sealed class HolderRow
{
    public required Guid Id { get; init; }
    public required Guid ProviderId { get; init; }
    [Sealed]
    public required string Code { get; init; }
    [SealedIndex(nameof(Code))]
    public string CodeIndex { get; set; } = "";
    [Sealed]
    public required string Name { get; set; }

    public static string CustomerOf(Guid id) => $"holder:{id}";
}

/// <summary>What makes a bill one of a provider: its reference, its holder, its parts.</summary>
internal sealed class ClaimRow
{
    public required Guid BillId { get; init; }
    public required Guid ProviderId { get; init; }
    public required Guid HolderId { get; init; }

    /// <summary>The provider's own, once.</summary>
    public required string Reference { get; init; }

    public string? Description { get; init; }
    public Guid? ImportId { get; init; }

    /// <summary>Whether it is divided into dated parts; then it is paid by those and no others.</summary>
    public bool IsPlanned { get; set; }

    /// <summary>Whether requests must be withdrawn or opened before it is again as it should be.</summary>
    public bool ToTidy { get; set; }

    /// <summary>Grows with each change: of two who decide by the same parts, one decides again.</summary>
    public long Version { get; set; }
}

/// <summary>A part of a bill, which is asked for by a payment request of the same id.</summary>
internal sealed class PartRow
{
    public required Guid Id { get; init; }
    public required Guid BillId { get; init; }
    public required PartKind Kind { get; init; }

    /// <summary>In the order in which they were made, from 1.</summary>
    public required int Number { get; init; }

    public required long Amount { get; init; }
    public required DateOnly DueOn { get; init; }
    public required PartState State { get; set; }
    public string? PayCode { get; set; }
    public required string MadeBy { get; init; }
    public required DateTimeOffset MadeAt { get; init; }
    public DateTimeOffset? PaidAt { get; set; }
    public string? Channel { get; set; }
    public string? ReceiptCode { get; set; }

    /// <summary>What of it was given back so far, as Payments says.</summary>
    public long Refunded { get; set; }

    /// <summary>What came for it and stayed.</summary>
    public long Kept => State is PartState.Paid ? Amount - Refunded : 0;
}

/// <summary>Why a part is asked for.</summary>
internal enum PartKind
{
    /// <summary>The whole bill, as it was issued.</summary>
    Whole,

    /// <summary>All that is left, with what was added for being late.</summary>
    Rest,

    /// <summary>As much as the payer wanted to pay.</summary>
    Share,

    /// <summary>One of the dated parts into which the bill was divided.</summary>
    Instalment,
}

/// <summary>The states of a part.</summary>
internal enum PartState
{
    /// <summary>Its request is not open yet.</summary>
    Planned,

    /// <summary>It can be paid.</summary>
    Open,

    /// <summary>Its money came.</summary>
    Paid,

    /// <summary>It cannot be paid any more.</summary>
    Withdrawn,
}

/// <summary>A provider's report that a bill was paid at its own counter: no money of ours.</summary>
internal sealed class ElsewhereRow
{
    public required Guid Id { get; init; }
    public required Guid BillId { get; init; }

    /// <summary>That of the provider's receipt.</summary>
    public required string Reference { get; init; }

    public required long Amount { get; init; }
    public required DateOnly PaidOn { get; init; }
    public required string RecordedBy { get; init; }
    public required DateTimeOffset RecordedAt { get; init; }
    public string? ReversedBy { get; set; }
    public DateTimeOffset? ReversedAt { get; set; }
    public string? Why { get; set; }
}
