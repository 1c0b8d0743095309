namespace TinhSo.Markets.BillRuns;

/// <summary>How far a bill run is.</summary>
internal enum BillRunState
{
    /// <summary>Under way, or to be taken up again after a restart.</summary>
    Running,

    /// <summary>Every let stall has its bill or stands among those left out.</summary>
    Finished,

    /// <summary>Stopped by a fault that a person must mend; starting it again goes on where it stopped.</summary>
    Stopped,
}

/// <summary>The bills of one market for one month.</summary>
internal sealed class BillRun
{
    public required Guid Id { get; init; }
    public required Guid MarketId { get; init; }
    public required string Period { get; init; }
    public required DateOnly DueOn { get; init; }
    public required BillRunState State { get; set; }
    public required int Total { get; set; }
    public required int Done { get; set; }
    public required int Issued { get; set; }

    /// <summary>Codes of stalls that got no bill, each with why, one a line.</summary>
    public required string LeftOut { get; set; }

    public string? Fault { get; set; }
    public required DateTimeOffset StartedAt { get; init; }
    public required string StartedBy { get; init; }
    public DateTimeOffset? FinishedAt { get; set; }
}
