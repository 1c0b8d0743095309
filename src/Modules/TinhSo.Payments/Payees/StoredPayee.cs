using TinhSo.Kernel.Audit;

namespace TinhSo.Payments.Payees;

/// <summary>Who is paid; never changed once registered.</summary>
[Audited]
internal sealed class StoredPayee
{
    public required Guid Id { get; init; }
    public required string Unit { get; init; }
    public required string Name { get; init; }
    public required string BankBin { get; init; }
    [Unspoken(4)]
    public required string AccountNumber { get; init; }
    public required string AccountName { get; init; }
    public required DateTimeOffset RegisteredAt { get; init; }

    public Payee ToPayee() =>
        new(Id, Unit, Name, BankBin, Banks.NameOf(BankBin), AccountNumber, AccountName);
}
