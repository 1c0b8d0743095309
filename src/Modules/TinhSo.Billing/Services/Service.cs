using TinhSo.Kernel;

namespace TinhSo.Billing.Services;

/// <summary>A service that is billed, as it is called between two days and on what law it rests.</summary>
internal sealed class ServiceRow
{
    public required string Code { get; init; }
    public required DateOnly ValidFrom { get; init; }
    public DateOnly? ValidTo { get; set; }
    public required string NameVi { get; set; }
    public required string NameEn { get; set; }
    public required string LegalBasis { get; set; }
    public required string Source { get; set; }

    public Text Name => new(NameVi, NameEn);
}

/// <summary>What services are called today; one that is no longer billed keeps its code alone.</summary>
internal sealed class ServiceNames(IReadOnlyDictionary<string, Text> names)
{
    public string Of(string code) => names.TryGetValue(code, out var name) ? name.ToString() : code;
}

/// <summary>A service that is billed today.</summary>
/// <param name="Code">What indicators count it as, such as <c>education.tuition</c>.</param>
/// <param name="Name">As payers see it.</param>
/// <param name="LegalBasis">The law or decision, or a dash.</param>
/// <param name="Source">Where the row is from.</param>
internal sealed record CatalogueEntry(string Code, Text Name, string LegalBasis, string Source);
