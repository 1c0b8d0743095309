using TinhSo.Kernel.Audit;

namespace TinhSo.Markets.Signs;

/// <summary>A printed sign with a stall's QR code. A new sign revokes the one before; none is deleted.</summary>
[Audited]
internal sealed class Sign
{
    /// <summary>Also the id of the standing code at Payments.</summary>
    public required Guid Id { get; init; }

    public required Guid StallId { get; init; }
    public required Guid TraderId { get; init; }

    /// <summary>The standing code, which the QR's memo carries.</summary>
    public required string Code { get; init; }

    /// <summary>What the QR says, to the letter, the trader's bank account among it.</summary>
    [Unspoken]
    public required string Payload { get; init; }

    /// <summary>Printed under the QR: proves that the platform issued this payload for this stall.</summary>
    public required string Signature { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }
    public required string IssuedBy { get; init; }
    public DateTimeOffset? RevokedAt { get; set; }
}
