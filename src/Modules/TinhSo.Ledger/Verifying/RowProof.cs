using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Verifying;

/// <summary>Proves each transfer from those before it, by nothing but the rules and arithmetic.</summary>
internal sealed class RowProof(LogRows log, BalanceProof balances)
{
    private readonly Dictionary<Guid, Account> accounts = [];
    private readonly Dictionary<Guid, Reservation> reserved = [];
    private DateTimeOffset postedAt = DateTimeOffset.MinValue;

    public void Open(Account account) => accounts[account.Id] = account;

    public async ValueTask<LedgerFault?> Check(StagedTransfer staged, CancellationToken stop)
    {
        var transfer = staged.Transfer;
        if (transfer.Debit == transfer.Credit
            || !accounts.TryGetValue(transfer.Debit, out var debit)
            || !accounts.TryGetValue(transfer.Credit, out var credit))
        {
            return Faults.WrongAccounts(transfer);
        }
        if (transfer.Amount <= 0)
        {
            return Faults.NoAmount(transfer);
        }
        if (transfer.PostedAt < postedAt)
        {
            return Faults.TimeRunsBack(transfer, postedAt);
        }
        postedAt = transfer.PostedAt;
        var freed = 0L;
        var isFitting = transfer.Kind switch
        {
            TransferKind.Capture or TransferKind.Release => Settles(transfer, out freed),
            TransferKind.Reverse => await Reverses(transfer, stop),
            _ => transfer.Original is null,
        };
        if (!isFitting)
        {
            return Faults.WrongOriginal(transfer);
        }
        if (transfer.Kind is TransferKind.Reserve)
        {
            reserved[transfer.Id] = new Reservation(transfer.Debit, transfer.Credit, transfer.Amount);
        }
        return Enter(staged, debit, credit, freed);
    }

    /// <summary>Over all accounts, debits equal credits.</summary>
    public LedgerFault? CheckTotals(LogEnd end)
    {
        var (debits, credits) = (Int128.Zero, Int128.Zero);
        foreach (var account in accounts.Values)
        {
            debits += account.State.Sums.Debits;
            credits += account.State.Sums.Credits;
        }
        return debits == credits ? null : Faults.UnequalTotals(end.Position, debits, credits);
    }

    /// <summary>What moved, and what was set aside, as the row itself says.</summary>
    private static (Sums Debit, Sums Credit) Add(LedgerTransfer transfer, long freed, Sums debit, Sums credit)
    {
        var (moved, setAside) = transfer.Kind switch
        {
            TransferKind.Reserve => (0L, transfer.Amount),
            TransferKind.Capture => (transfer.Amount, -freed),
            TransferKind.Release => (0L, -freed),
            _ => (transfer.Amount, 0L),
        };
        return (debit.Debited(moved).DebitReserved(setAside), credit.Credited(moved).CreditReserved(setAside));
    }

    private static bool Obeys(AccountRules rules, Sums sums)
    {
        // Overflows when a sum and what is reserved no longer fit together, which the ledger refuses too.
        var (debits, credits) = (sums.Debits + sums.ReservedDebits, sums.Credits + sums.ReservedCredits);
        return !(rules.HasFlag(AccountRules.DebitsMustNotExceedCredits) && debits > sums.Credits)
            && !(rules.HasFlag(AccountRules.CreditsMustNotExceedDebits) && credits > sums.Debits);
    }

    private LedgerFault? Enter(StagedTransfer staged, Account debit, Account credit, long freed)
    {
        var transfer = staged.Transfer;
        try
        {
            var (debited, credited) = Add(transfer, freed, debit.State.Sums, credit.State.Sums);
            if (debited != staged.Debit || credited != staged.Credit)
            {
                return Faults.WrongSums(transfer, debited == staged.Debit);
            }
            if (staged.DebitBefore != debit.State.Last || staged.CreditBefore != credit.State.Last)
            {
                return Faults.WrongRowBefore(transfer, debit.State.Last, credit.State.Last);
            }
            if (!Obeys(debit.Rules, debited) || !Obeys(credit.Rules, credited))
            {
                return Faults.Overdrawn(transfer);
            }
            debit.Enter(transfer.Position, debited);
            credit.Enter(transfer.Position, credited);
        }
        catch (OverflowException)
        {
            return Faults.Overflow(transfer);
        }
        balances.Note(debit);
        balances.Note(credit);
        return null;
    }

    /// <summary>Whether it captures or releases an open reservation, which then is closed.</summary>
    private bool Settles(LedgerTransfer transfer, out long freed)
    {
        freed = 0;
        if (transfer.Original is not { } original || !reserved.Remove(original, out var reservation))
        {
            return false;
        }
        freed = reservation.Amount;
        return (transfer.Debit, transfer.Credit) == (reservation.Debit, reservation.Credit)
            && (transfer.Kind is TransferKind.Capture ? transfer.Amount <= freed : transfer.Amount == freed);
    }

    /// <summary>Whether it is the one that moves back a transfer before it.</summary>
    private async ValueTask<bool> Reverses(LedgerTransfer transfer, CancellationToken stop) =>
        transfer.Original is { } id
        && await log.FindOriginal(id, stop) is var (original, firstSettledAt)
        && original.Kind is TransferKind.Post or TransferKind.Capture
        && original.Position < transfer.Position
        && firstSettledAt == transfer.Position
        && (transfer.Debit, transfer.Credit) == (original.Credit, original.Debit)
        && transfer.Amount == original.Amount;

    private readonly record struct Reservation(Guid Debit, Guid Credit, long Amount);
}
