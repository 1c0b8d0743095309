using TinhSo.Kernel;

namespace TinhSo.Places.Units;

/// <summary>A unit of administration as it is kept: a code is never given to another unit, and never deleted.</summary>
internal sealed class Unit
{
    public required string Code { get; init; }
    public required string NameVi { get; set; }
    public required string NameEn { get; set; }
    public required PlaceKind Kind { get; set; }
    public required DateOnly ValidFrom { get; set; }
    public DateOnly? ValidTo { get; set; }
    public required string LegalBasis { get; set; }

    public bool IsAliveOn(DateOnly day) => ValidFrom <= day && (ValidTo is null || day <= ValidTo);

    public Place ToPlace() => new(Code, new Text(NameVi, NameEn), Kind, ValidFrom, ValidTo);

    /// <summary>Takes over what another description of the same unit says, and tells whether that differed.</summary>
    public bool Become(Unit other)
    {
        var same = (NameVi, NameEn, Kind, ValidFrom, ValidTo, LegalBasis)
            == (other.NameVi, other.NameEn, other.Kind, other.ValidFrom, other.ValidTo, other.LegalBasis);
        (NameVi, NameEn, Kind) = (other.NameVi, other.NameEn, other.Kind);
        (ValidFrom, ValidTo, LegalBasis) = (other.ValidFrom, other.ValidTo, other.LegalBasis);
        return !same;
    }
}

/// <summary>The outline of one unit, as a GeoJSON geometry in degrees.</summary>
internal sealed class Shape
{
    public required string Code { get; init; }
    public required string Geometry { get; set; }
}
