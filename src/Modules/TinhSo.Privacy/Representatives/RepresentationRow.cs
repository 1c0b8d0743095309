using TinhSo.Kernel;
using TinhSo.Kernel.Audit;

namespace TinhSo.Privacy.Representatives;

/// <summary>By what right somebody represents a person.</summary>
internal enum RepresentationKind
{
    /// <summary>Cha, mẹ.</summary>
    Parent,

    /// <summary>Người giám hộ.</summary>
    Guardian,

    /// <summary>Người được ủy quyền.</summary>
    Authorised,
}

/// <summary>Somebody who acts for a person between two days; ended, never deleted.</summary>
[Audited]
internal sealed class RepresentationRow
{
    public required Guid Id { get; init; }
    public required Guid PersonId { get; init; }
    public required Guid RepresentativeId { get; init; }
    public required RepresentationKind Kind { get; init; }
    public required DateOnly ValidFrom { get; init; }
    public DateOnly? ValidTo { get; set; }

    /// <summary>What the officer saw, such as the number of a birth certificate.</summary>
    public required string Proof { get; init; }

    public required string MadeBy { get; init; }
    public required DateTimeOffset MadeAt { get; init; }

    public static string NameOf(RepresentationKind kind) => kind switch
    {
        RepresentationKind.Parent => Language.Say("Cha, mẹ", "Parent"),
        RepresentationKind.Guardian => Language.Say("Người giám hộ", "Guardian"),
        RepresentationKind.Authorised => Language.Say("Người được ủy quyền", "Authorised"),
        _ => throw new InvalidOperationException($"No such kind: {kind}."),
    };
}
