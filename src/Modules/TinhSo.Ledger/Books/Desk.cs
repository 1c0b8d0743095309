using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Books;

/// <summary>What a batch is decided on: cleared for each and never made anew, being large.</summary>
internal sealed class Desk
{
    /// <summary>Transfers by their ids: those of the batch, and those in the store that its orders name.</summary>
    public Dictionary<Guid, LedgerTransfer> Known { get; } = [];

    /// <summary>Those among them that settle another, by its id.</summary>
    public Dictionary<Guid, LedgerTransfer> Settlements { get; } = [];

    public List<Step> Steps { get; } = [];

    public List<StagedTransfer> Transfers { get; } = [];

    public List<Account> Opened { get; } = [];

    public List<Account> Touched { get; } = [];

    public List<Standing> Standing { get; } = [];

    public List<Mark> Marks { get; } = [];

    public void Clear()
    {
        Known.Clear();
        Settlements.Clear();
        Steps.Clear();
        Transfers.Clear();
        Opened.Clear();
        Touched.Clear();
        Standing.Clear();
        Marks.Clear();
    }
}

/// <summary>One transfer of a batch, and what stood on its accounts before it.</summary>
internal readonly record struct Step(
    LedgerTransfer Transfer, Account Debit, AccountState DebitBefore, Account Credit, AccountState CreditBefore);

/// <summary>What stands on an account after a batch, whatever is decided on it meanwhile.</summary>
internal readonly record struct Standing(Account Account, AccountState State);
