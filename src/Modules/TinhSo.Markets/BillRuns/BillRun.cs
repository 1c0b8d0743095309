using TinhSo.Kernel;

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
    public required DateOnly DueOn { get; set; }
    public required BillRunState State { get; set; }
    public required int Total { get; set; }

    /// <summary>Stalls that were looked at: each has its bill or stands among those left out.</summary>
    public required int Done { get; set; }

    /// <summary>The code of the last stall looked at; empty at the beginning.</summary>
    public required string AfterCode { get; set; }

    /// <summary>Stalls looked at that have their bill, from this time or before.</summary>
    public required int Issued { get; set; }

    /// <summary>Stalls that got no bill, one a line; <see cref="LeftOutStall"/> reads it.</summary>
    public required string LeftOut { get; set; }

    public string? FaultVi { get; set; }
    public string? FaultEn { get; set; }
    public required DateTimeOffset StartedAt { get; init; }
    public required string StartedBy { get; init; }
    public DateTimeOffset? FinishedAt { get; set; }

    public Text? Fault => FaultVi is null ? null : new(FaultVi, FaultEn ?? FaultVi);
}

/// <summary>A stall that got no bill, and why.</summary>
/// <param name="Code">The stall's.</param>
/// <param name="Missing">The fee whose reading is missing, or empty when there is no rate for it.</param>
internal sealed record LeftOutStall(string Code, string Missing)
{
    public Text Why => MarketFees.All.FirstOrDefault(f => f.Code == Missing) is { } fee
        ? new($"chưa có chỉ số {fee.Name.Vi.ToLower(Language.Vietnamese)}",
            $"no reading of {fee.Name.En.ToLowerInvariant()}")
        : new("chưa có mức thu", "no rate is set");

    public static IReadOnlyList<LeftOutStall> Read(string stored) =>
        [.. stored.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))
            .Select(parts => new LeftOutStall(parts[0], parts[1]))];

    public static string Write(IEnumerable<LeftOutStall> stalls) =>
        string.Join('\n', stalls.Select(s => $"{s.Code}\t{s.Missing}"));

    public override string ToString() => $"{Code}: {Why}";
}
