using TinhSo.Ledger;
using TinhSo.Payments.Payees;

namespace TinhSo.Payments.Moves;

/// <summary>Where money lies that has come in: in a bank account, or with a partner until it pays out.</summary>
/// <remarks>The way by which money came is a property of the account it lies in, so that one set of rules decides on
/// all of it and it is given back the way it came.</remarks>
internal interface IMoneyAccount
{
    /// <summary>The ledger's account, on whose debit side the money stands.</summary>
    Guid Id { get; }

    /// <summary>The ledger's account of what came this way and is nobody's yet.</summary>
    Guid Suspense { get; }

    /// <summary>Whose account it is, and of what kind, as the ledger has it.</summary>
    string Owner { get; }

    string Kind { get; }

    /// <summary>The channel of money that quoted what it is for.</summary>
    string Channel { get; }

    /// <summary>The channel of money whose purpose an officer has to find out.</summary>
    string ChannelByHand { get; }

    /// <summary>Whether money for a payee may come this way.</summary>
    bool Serves(StoredPayee payee);
}

/// <summary>A bank account, as the ledger's accounts are named after it.</summary>
/// <param name="Bank">The BIN, or the notices' provider when the bank is not known.</param>
/// <param name="Number">In capitals.</param>
internal sealed record BankAccount(string Bank, string Number) : IMoneyAccount
{
    public Guid Id => LedgerAccounts.Bank(this);

    public Guid Suspense => LedgerAccounts.Suspense(this);

    public string Owner => $"bank-account:{this}";

    public string Kind => "bank";

    public string Channel => Channels.VietQr;

    public string ChannelByHand => Channels.BankTransfer;

    public static BankAccount Of(StoredPayee payee) =>
        new(payee.BankBin, payee.AccountNumber.ToUpperInvariant());

    public bool Serves(StoredPayee payee) => Of(payee) == this;

    public override string ToString() => $"{Bank}:{Number}";
}
