using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Verifying;

/// <summary>Compares balances written behind the log with what the log itself comes to at their row.</summary>
internal sealed class BalanceProof
{
    private readonly long? upTo;
    private readonly string? unreadable;
    private readonly Dictionary<Guid, Balance> balances = [];
    private readonly HashSet<Guid> unmet = [];
    private LedgerFault? first;

    public BalanceProof(Written written)
    {
        upTo = written.UpTo;
        foreach (var (isReadable, balance, key) in written.Balances)
        {
            if (isReadable)
            {
                balances.Add(balance.Account, balance);
                unmet.Add(balance.Account);
            }
            else
            {
                unreadable ??= key;
            }
        }
    }

    /// <summary>Takes in what stands on an account right after one of its rows.</summary>
    public void Note(Account account)
    {
        var isMissing = !balances.TryGetValue(account.Id, out var balance);
        var last = account.State.Last;
        if (!isMissing && balance.State.Last == last)
        {
            unmet.Remove(account.Id);
            if ((balance.Kind, balance.State) != (account.Kind, account.State))
            {
                first ??= Faults.WrongBalance(account);
            }
        }
        else if (last <= upTo && (isMissing || balance.State.Last < last))
        {
            first ??= isMissing ? Faults.Missing("ledger_balance", $"{account.Id}") : Faults.OldBalance(account);
        }
    }

    /// <summary>The first fault, now that all rows have been noted.</summary>
    public LedgerFault? CheckEnd(LogEnd end) =>
        upTo is null ? Faults.Missing("ledger_behind", "1")
        : upTo > end.Position ? Faults.BehindBeyondEnd(upTo.Value, end.Position)
        : unreadable is not null ? Faults.Unreadable("ledger_balance", unreadable)
        : first is not null ? first
        : unmet.Count > 0 ? Faults.BalanceOfNoRow(balances[unmet.Min()])
        : null;
}
