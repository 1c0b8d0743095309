namespace TinhSo.Kernel.Facts;

/// <summary>A fact, saved in the same transaction as the change that it tells of.</summary>
internal sealed class OutboxFact
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required string Body { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }

    public NamedFact ToNamedFact() => new(Id, Name, Body, OccurredAt);
}

/// <summary>What one subscriber still owes to one fact.</summary>
internal sealed class OutboxDelivery
{
    public required Guid FactId { get; init; }
    public required string Subscriber { get; init; }
    public int Attempts { get; set; }
    public DateTimeOffset DueAt { get; set; }
    public DateTimeOffset? DoneAt { get; set; }
    public string? LastError { get; set; }
}
