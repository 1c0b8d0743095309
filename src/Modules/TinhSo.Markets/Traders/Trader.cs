using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;

namespace TinhSo.Markets.Traders;

/// <summary>What a trader is before the law.</summary>
internal enum TraderKind
{
    /// <summary>Cá nhân.</summary>
    Person,

    /// <summary>Hộ kinh doanh.</summary>
    Household,

    /// <summary>Doanh nghiệp.</summary>
    Firm,
}

/// <summary>Who trades at stalls.</summary>
internal sealed class Trader
{
    public required Guid Id { get; init; }
    public required string Name { get; set; }
    public required string Folded { get; set; }
    public required TraderKind Kind { get; set; }

    /// <summary>Mã số thuế, or null for a person without one.</summary>
    [Sealed]
    public string? TaxCode { get; set; }

    [Sealed]
    public string? Phone { get; set; }

    public string? BankBin { get; set; }
    public string? AccountNumber { get; set; }
    public string? AccountName { get; set; }

    /// <summary>Set once the trader has a bank account, into which buyers pay.</summary>
    public Guid? PayeeId { get; set; }

    public required bool Demo { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The unit at which the trader's own roles are held.</summary>
    public string Unit => Units.Payee(Id);

    public static string NameOf(TraderKind kind) => kind switch
    {
        TraderKind.Person => Language.Say("Cá nhân", "Person"),
        TraderKind.Household => Language.Say("Hộ kinh doanh", "Household business"),
        TraderKind.Firm => Language.Say("Doanh nghiệp", "Firm"),
        _ => throw new InvalidOperationException($"No such kind: {kind}."),
    };
}
