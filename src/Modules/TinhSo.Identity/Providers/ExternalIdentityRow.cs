namespace TinhSo.Identity.Providers;

/// <summary>Whom a provider of identities knows a person as.</summary>
internal sealed class ExternalIdentityRow
{
    public required Guid Id { get; init; }
    public required Guid PersonId { get; init; }

    /// <summary>The provider's name in the configuration.</summary>
    public required string Provider { get; init; }

    /// <summary>The provider's name for the person, for ever.</summary>
    public required string Subject { get; init; }
    public required DateTimeOffset LinkedAt { get; init; }
}
