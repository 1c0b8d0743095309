namespace TinhSo.Identity.Passkeys;

/// <summary>A key that a person's device or password manager keeps; only its public half is here.</summary>
internal sealed class PasskeyRow
{
    public required Guid Id { get; init; }
    public required Guid PersonId { get; init; }

    /// <summary>In base64url, as browsers name it.</summary>
    public required string CredentialId { get; init; }

    /// <summary>What its person calls it.</summary>
    public required string Name { get; init; }

    /// <summary>In base64, as COSE has it.</summary>
    public required string PublicKey { get; init; }
    public required long SignCount { get; set; }

    /// <summary>How it may be reached, such as <c>internal hybrid</c>.</summary>
    public required string Transports { get; init; }
    public required bool IsUserVerified { get; set; }
    public required bool IsBackupEligible { get; init; }
    public required bool IsBackedUp { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? UsedAt { get; set; }
}
