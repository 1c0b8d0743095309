using TinhSo.Kernel.Audit;
using TinhSo.Markets.Markets;

namespace TinhSo.Markets.Stalls;

/// <summary>A business point (điểm kinh doanh, ki-ốt) of a market.</summary>
internal sealed class Stall
{
    public required Guid Id { get; init; }
    public required Guid MarketId { get; init; }

    /// <summary>As painted on the stall, such as A-012; unique in its market.</summary>
    public required string Code { get; init; }

    /// <summary>Where it stands, such as Khu A; tariffs may differ by it.</summary>
    public required string Zone { get; set; }

    /// <summary>What is sold there.</summary>
    public required string Goods { get; set; }

    /// <summary>Whole square centimetres, so that rent by m² is exact.</summary>
    public required long AreaCm2 { get; set; }

    /// <summary>Who trades there now, or null while it is vacant.</summary>
    public Guid? TraderId { get; set; }

    /// <summary>The sign in force, or null.</summary>
    public Guid? SignId { get; set; }

    public required DateTimeOffset ChangedAt { get; set; }

    public decimal AreaM2 => AreaCm2 / 10_000m;

    /// <summary>How bills and payments name this stall as their customer.</summary>
    public string Customer => CustomerOf(Id);

    public static string CustomerOf(Guid stallId) => $"stall:{stallId}";

    public StallDescribed Describe(Market market) =>
        new(Id, MarketId, market.Class, market.Place, TraderId, SignId is not null, ChangedAt);
}

/// <summary>Who had a stall from when to when.</summary>
[Audited]
internal sealed class Tenancy
{
    public required Guid Id { get; init; }
    public required Guid StallId { get; init; }
    public required Guid TraderId { get; init; }
    public string? Contract { get; init; }
    public required DateOnly ValidFrom { get; init; }
    public DateOnly? ValidTo { get; set; }
    public required string SignedBy { get; init; }
}
