using TinhSo.Kernel;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Http;
using TinhSo.Ledger;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Payees;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Settlements;

/// <summary>Who takes money for requests of ours, reports it in a file a day, and pays it out later.</summary>
[Audited]
internal sealed class Partner : IVersioned
{
    public required Guid Id { get; init; }

    /// <summary>Small letters, digits and hyphens; never changed, as the ledger's account is named after it.</summary>
    public required string Code { get; init; }

    public required string NameVi { get; set; }
    public required string NameEn { get; set; }

    /// <summary>By which channel its money counts; never changed, as it was told with each payment.</summary>
    public required PartnerKind Kind { get; init; }

    /// <summary>Whose money it takes: of payees at this unit, or of all when it is the province.</summary>
    public required string Unit { get; init; }

    /// <summary>The first settlement day that is taken.</summary>
    public required DateOnly ActiveFrom { get; set; }

    /// <summary>The last one; null while no end is agreed.</summary>
    public required DateOnly? ActiveTo { get; set; }

    public required string SetBy { get; set; }
    public required DateTimeOffset SetAt { get; set; }
    public long Version { get; set; }

    public Text Name => new(NameVi, NameEn);

    public PartnerAccount Account => new(Code, Unit, Kind);

    public bool IsActiveOn(DateOnly day) => day >= ActiveFrom && (ActiveTo is not { } last || day <= last);
}

/// <summary>By what a partner takes money.</summary>
internal enum PartnerKind
{
    /// <summary>An acquirer with terminals for cards.</summary>
    Card,

    /// <summary>An electronic wallet.</summary>
    Wallet,

    /// <summary>Counters of others, such as post offices and shops.</summary>
    Counter,
}

/// <summary>What a partner has collected and not paid out yet: an account that it owes, with what waits beside it.
/// </summary>
internal sealed record PartnerAccount(string Code, string Unit, PartnerKind Of) : IMoneyAccount
{
    private const string Prefix = "partner:";

    public Guid Id => LedgerAccounts.Partner(Code);

    public Guid Suspense => LedgerAccounts.PartnerSuspense(Code);

    public string Owner => Provider;

    public string Kind => "partner";

    public string Channel => Of switch
    {
        PartnerKind.Card => Channels.Card,
        PartnerKind.Wallet => Channels.Wallet,
        PartnerKind.Counter => Channels.Counter,
        _ => throw new InvalidOperationException($"No such kind: {Of}."),
    };

    /// <summary>The same: whoever finds out what it was for, it came by card or wallet.</summary>
    public string ChannelByHand => Channel;

    /// <summary>As which provider its lines are told; no provider of banks has a name with a colon.</summary>
    public string Provider => Prefix + Code;

    /// <summary>The partner whose lines a provider tells, or null when it is a bank's provider.</summary>
    public static string? CodeIn(string provider) =>
        provider.StartsWith(Prefix, StringComparison.Ordinal) ? provider[Prefix.Length..] : null;

    public bool Serves(StoredPayee payee) =>
        Unit == Units.Province || payee.Unit == Unit;
}
