using TinhSo.Indicators.Definitions;

namespace TinhSo.Indicators.Figures;

/// <summary>What one value is made of.</summary>
internal sealed record Parts(long Numerator, long Minus, long? Denominator)
{
    /// <summary>The value, or null when there is nothing to divide by.</summary>
    public decimal? Value => Denominator switch
    {
        null => Numerator - Minus,
        <= 0 => null,
        { } denominator => Math.Round(100m * (Numerator - Minus) / denominator, 2),
    };
}

/// <summary>One value of one figure.</summary>
/// <param name="Month">The month that it is for; of 30 days, the month at whose end they end.</param>
internal sealed record FigureValue(Definition Definition, string Month, Parts Parts)
{
    public int Version => Definition.Version;

    public decimal? Value => Parts.Value;
}

/// <summary>Which part of a figure is meant; null asks about all.</summary>
internal sealed record Narrowing(string? Place = null, string? Class = null, string? Channel = null)
{
    public static readonly Narrowing None = new();

    public bool Takes(string place, string @class, string channel) =>
        (Place ?? place) == place && (Class ?? @class) == @class && (Channel ?? channel) == channel;
}
