using TinhSo.Kernel;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Organisations;

/// <summary>What an organisation is before the law.</summary>
internal enum OrganisationKind
{
    /// <summary>Doanh nghiệp.</summary>
    Enterprise,

    /// <summary>Hợp tác xã.</summary>
    Cooperative,

    /// <summary>Hộ kinh doanh.</summary>
    Household,

    /// <summary>Cơ quan, đơn vị nhà nước.</summary>
    StateUnit,
}

/// <summary>An organisation as stored; ended, never deleted.</summary>
[Audited]
internal sealed class OrganisationRow
{
    public required Guid Id { get; init; }

    /// <summary>Mã số thuế; never another's. A household's may be its owner's personal id.</summary>
    [Unspoken(3)]
    public required string TaxCode { get; set; }

    public required string Name { get; set; }
    public required string Folded { get; set; }
    public required OrganisationKind Kind { get; set; }

    /// <summary>The code of the commune of its address, or null.</summary>
    public string? Commune { get; set; }

    /// <summary>House, street and village, or null.</summary>
    public string? Address { get; set; }

    public required DateOnly ValidFrom { get; set; }
    public DateOnly? ValidTo { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }

    public string Unit => Units.Organisation(Id);

    public static string NameOf(OrganisationKind kind) => kind switch
    {
        OrganisationKind.Enterprise => Language.Say("Doanh nghiệp", "Enterprise"),
        OrganisationKind.Cooperative => Language.Say("Hợp tác xã", "Cooperative"),
        OrganisationKind.Household => Language.Say("Hộ kinh doanh", "Household business"),
        OrganisationKind.StateUnit => Language.Say("Cơ quan, đơn vị nhà nước", "State unit"),
        _ => throw new InvalidOperationException($"No such kind: {kind}."),
    };
}
