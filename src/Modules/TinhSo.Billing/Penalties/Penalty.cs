using TinhSo.Kernel.Audit;

namespace TinhSo.Billing.Penalties;

/// <summary>What being late costs with a provider and a service between two days; never rewritten, only ended.
/// </summary>
[Audited]
internal sealed class PenaltyRuleRow
{
    public required Guid Id { get; init; }
    public required Guid ProviderId { get; init; }
    public required string Service { get; init; }
    public required DateOnly ValidFrom { get; init; }
    public DateOnly? ValidTo { get; set; }

    /// <summary>For each day, of what is owed: 300 is 0.03 % a day.</summary>
    public required int PartsPerMillion { get; init; }

    /// <summary>All that is ever added, of the bill's amount.</summary>
    public required int CapPercent { get; init; }

    public required string LegalBasis { get; init; }
    public required string SetBy { get; init; }
    public required DateTimeOffset SetAt { get; init; }
}

/// <summary>What was added to a bill for some days; never rewritten.</summary>
internal sealed class PenaltyRow
{
    public required Guid Id { get; init; }
    public required Guid BillId { get; init; }
    public required Guid RuleId { get; init; }
    public required DateOnly FromOn { get; init; }
    public required DateOnly ToOn { get; init; }

    /// <summary>What was owed of the bill itself on these days.</summary>
    public required long Owed { get; init; }

    public required long Amount { get; init; }
    public required DateTimeOffset AddedAt { get; init; }
}
