using TinhSo.Kernel.Audit;

namespace TinhSo.Identity.Clients;

/// <summary>A system of another organisation that calls the API by itself; ended, never deleted.</summary>
[Audited]
internal sealed class ClientRow
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required string Organisation { get; init; }
    public required string Unit { get; init; }

    /// <summary>Permissions that it may use at its unit, parted by spaces.</summary>
    public required string Scopes { get; init; }

    /// <summary>What its signatures are checked with, in PEM; null for a system that signs nothing.</summary>
    public string? PublicKey { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public DateTimeOffset? EndedAt { get; set; }
    public string? EndedBy { get; set; }
}

/// <summary>A key by which a system is recognised, of which only a hash is kept.</summary>
[Audited]
internal sealed class ClientKeyRow
{
    public required Guid Id { get; init; }
    public required Guid ClientId { get; init; }
    [Unspoken]
    public required string Hash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>To within five minutes. Set past the audit log, which it would fill.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public string? EndedBy { get; set; }
}

/// <summary>A signature that was accepted, kept for as long as it could be sent again.</summary>
internal sealed class SeenSignatureRow
{
    public required Guid ClientId { get; init; }

    /// <summary>Of what was signed: of one signature there are two forms that hold.</summary>
    public required string Hash { get; init; }
    public required DateTimeOffset KeptUntil { get; init; }
}
