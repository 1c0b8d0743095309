namespace TinhSo.Markets.Meters;

/// <summary>A meter of electricity or water at a stall.</summary>
internal sealed class Meter
{
    public required Guid Id { get; init; }
    public required Guid StallId { get; init; }

    /// <summary>
    /// The fee that it measures: <see cref="MarketFees.Electricity"/> or <see cref="MarketFees.Water"/>.
    /// </summary>
    public required string Item { get; init; }

    public required string Serial { get; init; }
}

/// <summary>What a meter showed at the end of a month.</summary>
internal sealed class Reading
{
    public required Guid Id { get; init; }
    public required Guid MeterId { get; init; }

    /// <summary>Such as <c>2026-11</c>.</summary>
    public required string Period { get; init; }

    /// <summary>Whole kWh or m³.</summary>
    public required long Value { get; set; }

    public required DateTimeOffset ReadAt { get; set; }
    public required string ReadBy { get; set; }
}
