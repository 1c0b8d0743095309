using TinhSo.Kernel;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Http;

namespace TinhSo.Markets.Markets;

/// <summary>How a market is built, in the words of Decree 60/2024/NĐ-CP.</summary>
internal enum Building
{
    /// <summary>Nobody has said.</summary>
    Unknown,

    /// <summary>Kiên cố.</summary>
    Solid,

    /// <summary>Bán kiên cố.</summary>
    SemiSolid,

    /// <summary>Neither.</summary>
    Makeshift,
}

/// <summary>A market and its board.</summary>
[Audited]
internal sealed class Market
{
    public required Guid Id { get; init; }
    public required string Name { get; set; }
    public required string Folded { get; set; }

    /// <summary>How the numbers of its bills begin.</summary>
    public required string Prefix { get; init; }

    public string? Place { get; set; }

    /// <summary>Business points (điểm kinh doanh), or null while nobody has counted them.</summary>
    public int? Points { get; set; }

    public Building Building { get; set; }

    /// <summary>1, 2 or 3 by the decree, or 0 while it is not settled; then <see cref="ClassNote"/> says why.</summary>
    public int Class { get; set; }

    public Text? ClassNote => MarketClass.Of(Points, Building).Note;
    public DateOnly? DigitalSince { get; set; }
    public required bool Demo { get; init; }
    public required string Source { get; set; }

    /// <summary>Who is paid the market's fees; null until its board has a bank account.</summary>
    public Guid? PayeeId { get; set; }

    public required DateTimeOffset ChangedAt { get; set; }

    public string Unit => Units.Market(Id);

    public MarketDescribed Describe() => new(Id, Name, Class, Place, DigitalSince is not null, Demo, ChangedAt);
}
