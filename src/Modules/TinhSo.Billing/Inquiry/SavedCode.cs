using TinhSo.Kernel.Storage;

namespace TinhSo.Billing.Inquiry;

/// <summary>A customer's code that a person wanted kept, under a name of the person's own.</summary>
internal sealed class SavedCodeRow
{
    public required Guid Id { get; init; }
    public required Guid PersonId { get; init; }
    public required Guid ProviderId { get; init; }
    [Sealed]
    public required string Code { get; init; }
    [SealedIndex(nameof(Code))]
    public string CodeIndex { get; set; } = "";
    [Sealed]
    public required string Label { get; set; }
    public required DateTimeOffset ConsentedAt { get; init; }
}
