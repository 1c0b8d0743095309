using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Books;

/// <summary>What batches are decided on: cleared for each and never made anew, being large.</summary>
internal sealed class Desk
{
    private readonly Dictionary<Guid, LedgerTransfer> known = [];
    private readonly Dictionary<Guid, LedgerTransfer> settlements = [];
    private readonly List<Step> steps = [];
    private readonly List<StagedTransfer> transfers = [];
    private readonly List<Account> opened = [];
    private readonly List<Account> touched = [];
    private readonly List<Mark> marks = [];

    public (Dictionary<Guid, LedgerTransfer> Known, Dictionary<Guid, LedgerTransfer> Settlements, List<Step> Steps,
        List<StagedTransfer> Transfers, List<Account> Opened, List<Account> Touched, List<Mark> Marks) Clear()
    {
        known.Clear();
        settlements.Clear();
        steps.Clear();
        transfers.Clear();
        opened.Clear();
        touched.Clear();
        marks.Clear();
        return (known, settlements, steps, transfers, opened, touched, marks);
    }
}

/// <summary>One transfer of a batch, and what stood on its accounts before it.</summary>
internal readonly record struct Step(
    LedgerTransfer Transfer, Account Debit, AccountState DebitBefore, Account Credit, AccountState CreditBefore);
