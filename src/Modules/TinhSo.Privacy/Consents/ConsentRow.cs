using TinhSo.Kernel.Audit;

namespace TinhSo.Privacy.Consents;

/// <summary>One wording of what people may consent to.</summary>
[Audited]
internal sealed class PurposeRow
{
    public required string Code { get; init; }
    public required int Version { get; init; }
    public required string TextVi { get; init; }
    public required string TextEn { get; init; }
    public required string LegalBasis { get; init; }
    public required DateOnly ValidFrom { get; init; }
    public required string SetBy { get; init; }
    public required DateOnly SetOn { get; init; }
}

/// <summary>By which way a consent came or went.</summary>
internal enum ConsentChannel
{
    /// <summary>The person's page.</summary>
    Page,

    /// <summary>A program.</summary>
    Api,

    /// <summary>A consent to a newer wording took its place.</summary>
    NewWording,
}

/// <summary>One consent, from when it was given to when it was withdrawn; never removed.</summary>
internal sealed class ConsentRow
{
    public required Guid Id { get; init; }
    public required Guid PersonId { get; init; }
    public required string Purpose { get; init; }
    public required int Version { get; init; }
    public required ConsentChannel Channel { get; init; }
    public required DateTimeOffset GivenAt { get; init; }
    public required string GivenBy { get; init; }
    public DateTimeOffset? WithdrawnAt { get; set; }
    public ConsentChannel? WithdrawnChannel { get; set; }
    public string? WithdrawnBy { get; set; }
}
