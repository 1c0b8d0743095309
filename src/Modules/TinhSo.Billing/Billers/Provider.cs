using TinhSo.Kernel.Audit;

namespace TinhSo.Billing.Billers;

/// <summary>An organisation or agency that bills for services: what it may bill, how its codes look, who is paid.
/// </summary>
[Audited]
internal sealed class ProviderRow
{
    public required Guid Id { get; init; }

    /// <summary>At which its people hold their roles.</summary>
    public required string Unit { get; init; }

    public required string Name { get; set; }
    public required string Folded { get; set; }

    /// <summary>How the numbers of its bills begin; for ever.</summary>
    public required string Prefix { get; init; }

    public required string CustomerPattern { get; set; }
    public required CheckRule CustomerCheck { get; set; }
    public required string CustomerExample { get; set; }
    public required string ReferencePattern { get; set; }
    public required CheckRule ReferenceCheck { get; set; }

    /// <summary>Whether a bill may be paid in parts of the payer's choice, of which each is at least
    /// <see cref="PartMin"/>.</summary>
    public required bool TakesParts { get; set; }

    public required long PartMin { get; set; }

    /// <summary>Into how many dated parts a bill may be divided; 0 where it may not.</summary>
    public required int InstalmentsMax { get; set; }

    /// <summary>Null until there is an account; nothing can be billed before.</summary>
    public Guid? PayeeId { get; set; }

    public required string RegisteredBy { get; init; }
    public required DateTimeOffset RegisteredAt { get; init; }

    public CodeFormat CustomerFormat => new(CustomerPattern, CustomerCheck);

    public CodeFormat ReferenceFormat => new(ReferencePattern, ReferenceCheck);

    public static string UnitOf(Guid id) => $"biller:{id}";
}

/// <summary>A service that a provider may bill.</summary>
[Audited]
internal sealed class ProviderServiceRow
{
    public required Guid ProviderId { get; init; }
    public required string Service { get; init; }
}

/// <summary>A provider, as its staff and the catalogue show it.</summary>
/// <param name="Id">The provider.</param>
/// <param name="Unit">At which its people hold their roles.</param>
/// <param name="Name">As payers see it.</param>
/// <param name="Prefix">How the numbers of its bills begin.</param>
/// <param name="Services">The codes of what it may bill.</param>
/// <param name="CustomerPattern">How its customers' codes look, as a regular expression.</param>
/// <param name="CustomerCheck">How the last signs of a customer's code follow from the others.</param>
/// <param name="CustomerExample">A code that nobody has, for payers to compare with.</param>
/// <param name="ReferencePattern">How its own references of bills look.</param>
/// <param name="ReferenceCheck">How the last signs of a reference follow from the others.</param>
/// <param name="TakesParts">Whether payers may pay parts of their choice.</param>
/// <param name="PartMin">The least such part, in đồng.</param>
/// <param name="InstalmentsMax">Into how many dated parts a bill may be divided; 0 where it may not.</param>
/// <param name="HasAccount">Whether it can be paid.</param>
internal sealed record Provider(Guid Id, string Unit, string Name, string Prefix, IReadOnlyList<string> Services,
    string CustomerPattern, CheckRule CustomerCheck, string CustomerExample, string ReferencePattern,
    CheckRule ReferenceCheck, bool TakesParts, long PartMin, int InstalmentsMax, bool HasAccount)
{
    public static Provider Of(ProviderRow row, IReadOnlyList<string> services) => new(row.Id, row.Unit, row.Name,
        row.Prefix, services, row.CustomerPattern, row.CustomerCheck, row.CustomerExample, row.ReferencePattern,
        row.ReferenceCheck, row.TakesParts, row.PartMin, row.InstalmentsMax, row.PayeeId is not null);
}

/// <summary>What a provider bills and how, as it is typed.</summary>
internal sealed record ProviderOrder(Guid Id, string? Name, string? Prefix, IReadOnlyList<string>? Services,
    string? CustomerPattern, string? CustomerCheck, string? CustomerExample, string? ReferencePattern,
    string? ReferenceCheck, bool TakesParts, string? PartMin, string? InstalmentsMax);
