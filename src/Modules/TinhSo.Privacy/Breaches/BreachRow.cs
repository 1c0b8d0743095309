using TinhSo.Kernel;
using TinhSo.Kernel.Audit;

namespace TinhSo.Privacy.Breaches;

/// <summary>How far the record of a breach has come.</summary>
internal enum BreachState
{
    /// <summary>Found, and nobody notified yet.</summary>
    Open,

    /// <summary>The authority is notified.</summary>
    Notified,

    /// <summary>Nothing is left to do.</summary>
    Closed,
}

/// <summary>A breach of personal data, from the moment it was found.</summary>
[Audited]
internal sealed class BreachRow
{
    public required Guid Id { get; init; }
    public required DateTimeOffset FoundAt { get; init; }
    public required string What { get; set; }
    public required string Which { get; set; }
    public required int People { get; set; }
    public required string Measures { get; set; }
    public required BreachState State { get; set; }

    /// <summary>By when the authority must be notified, as the rule said when the breach was recorded.</summary>
    public required DateTimeOffset NotifyBy { get; init; }

    public required string Basis { get; init; }
    public DateTimeOffset? NotifiedAt { get; set; }
    public string? NotifiedTo { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public string? Lessons { get; set; }
    public required string OpenedBy { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }

    public static Text NameOf(BreachState state) => state switch
    {
        BreachState.Open => new("Chưa thông báo", "Not notified yet"),
        BreachState.Notified => new("Đã thông báo", "Notified"),
        BreachState.Closed => new("Đã kết thúc", "Closed"),
        _ => throw new InvalidOperationException($"No such state: {state}."),
    };
}
