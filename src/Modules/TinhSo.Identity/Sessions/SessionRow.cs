using TinhSo.Identity.SecondFactors;

namespace TinhSo.Identity.Sessions;

internal enum SessionKind
{
    /// <summary>Of a browser, by cookie.</summary>
    Pages,

    /// <summary>Of a program, by bearer token.</summary>
    Program,
}

/// <summary>One sign-in.</summary>
internal sealed class SessionRow
{
    public required Guid Id { get; init; }
    public required Guid PersonId { get; init; }
    public required SessionKind Kind { get; init; }
    public required Proof Proof { get; set; }
    public required string? Origin { get; init; }
    public required string? Device { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset SeenAt { get; set; }
    public required DateTimeOffset EndsAt { get; init; }
    public DateTimeOffset? EndedAt { get; set; }
    public string? EndedBy { get; set; }
}

/// <summary>Wrong guesses of a password.</summary>
internal sealed class GuessRow
{
    /// <summary>The person, or what stands for a name that nobody has.</summary>
    public required Guid Subject { get; init; }
    public required int Wrong { get; set; }
    public required DateTimeOffset Since { get; set; }
}
