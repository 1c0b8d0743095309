using TinhSo.Kernel.Storage;

namespace TinhSo.Identity.SecondFactors;

/// <summary>How a session was proved to be its person's.</summary>
internal enum Proof
{
    /// <summary>By the password alone, which may be known to others.</summary>
    Password,

    /// <summary>By the password and a code of the person's app.</summary>
    Code,

    /// <summary>By the password and one of the codes kept for bad days.</summary>
    RecoveryCode,

    /// <summary>By a passkey, which needs the device and its owner.</summary>
    Passkey,

    /// <summary>By a provider of identities that the province trusts.</summary>
    Provider,
}

/// <summary>A person's app that shows a code every half minute.</summary>
internal sealed class AuthenticatorRow
{
    public required Guid PersonId { get; init; }

    /// <summary>In base32; null until the first was confirmed.</summary>
    [Sealed]
    public string? Secret { get; set; }

    /// <summary>Becomes the secret with the first code of it that is typed in.</summary>
    [Sealed]
    public string? PendingSecret { get; set; }
    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>The half minute whose code was used last: none is used twice.</summary>
    public long LastStep { get; set; }
    public int Wrong { get; set; }
    public DateTimeOffset? WrongSince { get; set; }
}

/// <summary>A code for the day on which device and app are lost; only its hash is kept.</summary>
internal sealed class RecoveryCodeRow
{
    public required Guid Id { get; init; }
    public required Guid PersonId { get; init; }
    public required string Hash { get; init; }
    public required DateTimeOffset MadeAt { get; init; }
    public DateTimeOffset? UsedAt { get; set; }
}
