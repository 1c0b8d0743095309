using TinhSo.Kernel;
using TinhSo.Kernel.Audit;

namespace TinhSo.Billing.Tariffs;

/// <summary>Who bills.</summary>
[Audited]
internal sealed class BillerRow
{
    public required string Unit { get; init; }
    public required string Name { get; set; }
    public required string Prefix { get; init; }
    public required Guid PayeeId { get; set; }

    public Biller ToBiller() => new(Unit, Name, Prefix, PayeeId);
}

/// <summary>A fee.</summary>
internal sealed class ItemRow
{
    public required string Code { get; init; }
    public required string NameVi { get; set; }
    public required string NameEn { get; set; }
    public required string MeasureVi { get; set; }
    public required string MeasureEn { get; set; }

    public FeeItem ToItem() => new(Code, new Text(NameVi, NameEn), new Text(MeasureVi, MeasureEn));
}

/// <summary>A rate between two days; never rewritten, only ended.</summary>
[Audited]
internal sealed class RateRow
{
    public required Guid Id { get; init; }
    public required string Unit { get; init; }
    public required string Item { get; init; }
    public required string Class { get; init; }
    public required long PricePerMeasure { get; init; }
    public required DateOnly ValidFrom { get; init; }
    public DateOnly? ValidTo { get; set; }
    public required string LegalBasis { get; init; }
    public required string SetBy { get; init; }
    public required DateTimeOffset SetAt { get; init; }

    public TariffRate ToRate() => new(Unit, Item, Class, PricePerMeasure, ValidFrom, ValidTo, LegalBasis);
}
