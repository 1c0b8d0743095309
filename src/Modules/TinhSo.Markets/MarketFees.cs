using TinhSo.Billing;

namespace TinhSo.Markets;

/// <summary>The fees that a market's board bills each month.</summary>
public static class MarketFees
{
    /// <summary>Rent of the stall, by area.</summary>
    public const string Rent = "market.rent";

    /// <summary>Electricity, by meter.</summary>
    public const string Electricity = "market.electricity";

    /// <summary>Water, by meter.</summary>
    public const string Water = "market.water";

    /// <summary>Sanitation, by month.</summary>
    public const string Sanitation = "market.sanitation";

    /// <summary>All of them, as Billing keeps them.</summary>
    public static IReadOnlyList<FeeItem> All { get; } =
    [
        new(Rent, new("Thuê điểm kinh doanh", "Stall rent"), new("m²", "m²")),
        new(Electricity, new("Tiền điện", "Electricity"), new("kWh", "kWh")),
        new(Water, new("Tiền nước", "Water"), new("m³", "m³")),
        new(Sanitation, new("Vệ sinh môi trường", "Sanitation"), new("tháng", "month")),
    ];
}
