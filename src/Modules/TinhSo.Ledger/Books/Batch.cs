using TinhSo.Kernel.Http;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Books;

/// <summary>Orders decided together and written together: checked one by one, in order, against the book.</summary>
/// <remarks>Once it is sealed, another may be decided while it is being stored: neither changes the other.</remarks>
internal sealed class Batch
{
    private readonly Book book;
    private readonly long decision;
    private readonly Desk desk;
    // What the batch before has decided may not be in the store yet.
    private Desk? before;
    private int settled;

    /// <summary>Begins a batch.</summary>
    /// <param name="book">Changed at once, before anything is durable.</param>
    public Batch(Book book)
    {
        this.book = book;
        (desk, before) = (book.Desk, book.DeskBefore);
        desk.Clear();
        decision = book.NextDecision();
        From = book.Position;
        FromNumber = book.Batch;
        PostedAt = book.PostedAt;
        book.Chain.Begin(book.Hash);
    }

    public long Epoch => book.Epoch;

    /// <summary>The last position before the batch's first.</summary>
    public long From { get; }

    /// <summary>The position of its last transfer, once it is sealed.</summary>
    public long To { get; private set; }

    /// <summary>When what is decided now is posted.</summary>
    public DateTimeOffset PostedAt { get; private set; }

    /// <summary>The number of the batch before.</summary>
    public long FromNumber { get; }

    /// <summary>Its own number, once it is sealed.</summary>
    public long Number => FromNumber + 1;

    /// <summary>The hash over it and all before it, once it is sealed.</summary>
    public byte[] Hash { get; private set; } = Chain.Beginning;

    public List<StagedTransfer> Transfers => desk.Transfers;

    public List<Account> Opened => desk.Opened;

    /// <summary>What stands on the accounts on which its transfers are entered, once it is sealed.</summary>
    public List<Standing> Standing => desk.Standing;

    /// <summary>Positions from which the rows of an account can be walked back, once it is sealed.</summary>
    public List<Mark> Marks => desk.Marks;

    public bool HasRows => Opened.Count > 0 || Transfers.Count > 0;

    /// <summary>Begins to decide what has come meanwhile.</summary>
    /// <param name="now">When its transfers are posted, unless the one before was posted later.</param>
    /// <param name="recorded">What the store holds under the ids that these orders name.</param>
    public void GoOn(DateTimeOffset now, IReadOnlyList<LedgerTransfer> recorded)
    {
        PostedAt = now > book.PostedAt ? now : book.PostedAt;
        foreach (var transfer in recorded)
        {
            Know(transfer);
        }
    }

    public Outcome<LedgerAccount> Open(AccountOrder order)
    {
        if (book.Accounts.TryGetValue(order.Id, out var earlier))
        {
            return (earlier.Owner, earlier.Kind, earlier.Rules) == (order.Owner, order.Kind, order.Rules)
                ? earlier.ToLedgerAccount()
                : LedgerRefusals.IdUsedDifferently;
        }
        if (!OrderBounds.Holds(order))
        {
            return LedgerRefusals.Malformed;
        }
        var account = new Account(order.Id, order.Owner, order.Kind, order.Rules, PostedAt);
        book.Accounts.Add(account.Id, account);
        Opened.Add(account);
        return account.ToLedgerAccount();
    }

    /// <summary>Posts an order.</summary>
    public Outcome<LedgerTransfer> Post(TransferOrder order)
    {
        if (Find(order.Id) is { } earlier)
        {
            return order.IsAnsweredBy(earlier) ? earlier : LedgerRefusals.IdUsedDifferently;
        }
        if (book.IsKeptForExpiry(order.Id))
        {
            return LedgerRefusals.IdUsedDifferently;
        }
        if (Check(order, out var debit, out var credit, out var posted) is { } refusal)
        {
            return refusal;
        }
        Apply(posted, debit, credit);
        Watch(posted);
        return posted;
    }

    /// <summary>Posts all of the orders, or none.</summary>
    public Outcome<IReadOnlyList<LedgerTransfer>> Post(IReadOnlyList<TransferOrder> orders)
    {
        if (IsRepeat(orders, out var first))
        {
            return first;
        }
        var kept = (Steps: desk.Steps.Count, book.Position);
        var posted = new LedgerTransfer[orders.Count];
        for (var i = 0; i < orders.Count; i++)
        {
            if (Check(orders[i], out var debit, out var credit, out posted[i]) is { } refusal)
            {
                Undo(kept.Steps);
                book.Position = kept.Position;
                return refusal;
            }
            Apply(posted[i], debit, credit);
        }
        Array.ForEach(posted, Watch);
        return posted;
    }

    /// <summary>Frees those of the reservations, all of which have expired, that are not settled yet.</summary>
    public void Expire(IReadOnlyList<Guid> reservations)
    {
        foreach (var id in reservations)
        {
            if (FindSettlement(id) is null && Find(id) is { } reserved)
            {
                Apply(
                    new LedgerTransfer(book.Position + 1, Book.ExpiryId(id), TransferKind.Release,
                        reserved.Debit, reserved.Credit, reserved.Amount, Book.ExpiredCode, Channels.Internal,
                        reserved.Place, reserved.Reference, id, null, PostedAt),
                    book.Accounts[reserved.Debit], book.Accounts[reserved.Credit]);
            }
        }
    }

    /// <summary>Does, for what is decided by now, what would else be left for its end, when the store waits for it.
    /// </summary>
    public void Settle()
    {
        for (; settled < Transfers.Count; settled++)
        {
            book.Chain.Add(Transfers[settled].Transfer);
            var step = desk.Steps[settled];
            Mark(step.Debit, step.DebitBefore, step.Transfer.Position);
            Mark(step.Credit, step.CreditBefore, step.Transfer.Position);
        }
    }

    /// <summary>Closes it: nothing is decided in it any more, and the next one may begin.</summary>
    public void Seal()
    {
        To = book.Position;
        before = null;
        Settle();
        Opened.Sort((one, other) => one.Id.CompareTo(other.Id));
        foreach (var account in Opened)
        {
            book.Chain.Add(account);
        }
        // What only refused linked orders have touched stands as before, perhaps on no row at all.
        foreach (var account in desk.Touched.Where(account => account.State.Last > From))
        {
            Standing.Add(new Standing(account, account.State));
        }
        book.Sealed(Number, Hash = book.Chain.End());
    }

    // Linked orders are one order: they are repeated wholly or not at all.
    private bool IsRepeat(IReadOnlyList<TransferOrder> orders, out Outcome<IReadOnlyList<LedgerTransfer>> answer)
    {
        answer = LedgerRefusals.IdUsedDifferently;
        var earlier = new List<LedgerTransfer>();
        foreach (var order in orders)
        {
            if (Find(order.Id) is { } transfer)
            {
                if (!order.IsAnsweredBy(transfer))
                {
                    return true;
                }
                earlier.Add(transfer);
            }
            else if (book.IsKeptForExpiry(order.Id))
            {
                return true;
            }
        }
        if (orders.Count > 1 && orders.DistinctBy(order => order.Id).Count() < orders.Count)
        {
            return true;
        }
        if (earlier.Count == orders.Count)
        {
            answer = earlier;
        }
        return earlier.Count > 0;
    }

    /// <summary>Why an order is refused, or null, and then the transfer that it makes between two accounts.</summary>
    private Refusal? Check(TransferOrder order, out Account debit, out Account credit, out LedgerTransfer posted)
    {
        (debit, credit, posted) = (null!, null!, null!);
        if (order is { Kind: TransferKind.Reserve, ExpiresAt: not null }
            && Find(Book.ExpiryId(order.Id)) is not null)
        {
            return LedgerRefusals.IdUsedDifferently;
        }
        if (!OrderBounds.Holds(order, PostedAt))
        {
            return LedgerRefusals.Malformed;
        }
        if (IsUnknown(order.Debit, ref debit) || IsUnknown(order.Credit, ref credit))
        {
            return LedgerRefusals.NoSuchAccount;
        }
        if (order.Debit == order.Credit && order.Debit != Guid.Empty)
        {
            return LedgerRefusals.SameAccount;
        }
        var amount = order.Amount;
        var refusal = order.Original is { } original
            ? CheckSettlement(order, original, ref debit, ref credit, ref amount)
            : Account.Check(debit, credit, amount);
        if (refusal is null)
        {
            posted = Record(order, debit.Id, credit.Id, amount);
        }
        return refusal;
    }

    private Refusal? CheckSettlement(
        TransferOrder order, Guid originalId, ref Account debit, ref Account credit, ref long amount)
    {
        if (Find(originalId) is not { } original || !order.Fits(original))
        {
            return LedgerRefusals.NoSuchOriginal;
        }
        if (FindSettlement(originalId) is { } settlement)
        {
            return settlement.Id == Book.ExpiryId(originalId) ? LedgerRefusals.Expired : LedgerRefusals.AlreadySettled;
        }
        if (original.ExpiresAt <= PostedAt)
        {
            return LedgerRefusals.Expired;
        }
        if (order.Kind is TransferKind.Capture && order.Amount > original.Amount)
        {
            return LedgerRefusals.ExceedsReservation;
        }
        amount = order.Kind is TransferKind.Capture ? order.Amount : original.Amount;
        if (order.Kind is TransferKind.Reverse)
        {
            (debit, credit) = (book.Accounts[original.Credit], book.Accounts[original.Debit]);
            return Account.Check(debit, credit, amount);
        }
        // What was reserved is certainly there, and its sums were checked when it was.
        (debit, credit) = (book.Accounts[original.Debit], book.Accounts[original.Credit]);
        return null;
    }

    private LedgerTransfer Record(TransferOrder order, Guid debit, Guid credit, long amount) => new(
        book.Position + 1, order.Id, order.Kind, debit, credit, amount, order.Code, order.Channel, order.Place,
        order.Reference, order.Original, order.ExpiresAt is { } at ? Instants.Cut(at) : null, PostedAt);

    private void Apply(LedgerTransfer transfer, Account debit, Account credit)
    {
        desk.Steps.Add(new Step(transfer, debit, debit.State, credit, credit.State));
        var (debited, credited) = After(transfer, debit.State.Sums, credit.State.Sums);
        Transfers.Add(new StagedTransfer(transfer, debit.State.Last, debited, credit.State.Last, credited));
        debit.Enter(transfer.Position, debited);
        credit.Enter(transfer.Position, credited);
        Touch(debit);
        Touch(credit);
        Know(transfer);
        book.Position = transfer.Position;
        book.PostedAt = PostedAt;
        book.See(transfer.Id);
    }

    /// <summary>What stands on both accounts right after a transfer.</summary>
    private (Sums Debit, Sums Credit) After(LedgerTransfer transfer, Sums debit, Sums credit)
    {
        if (transfer.Kind is TransferKind.Reserve)
        {
            return (debit.DebitReserved(transfer.Amount), credit.CreditReserved(transfer.Amount));
        }
        if (transfer.Kind is TransferKind.Capture or TransferKind.Release)
        {
            var reserved = Find(transfer.Original!.Value)!.Amount;
            (debit, credit) = (debit.DebitReserved(-reserved), credit.CreditReserved(-reserved));
        }
        return transfer.Kind is TransferKind.Release
            ? (debit, credit)
            : (debit.Debited(transfer.Amount), credit.Credited(transfer.Amount));
    }

    private void Undo(int stepsKept)
    {
        for (var i = desk.Steps.Count - 1; i >= stepsKept; i--)
        {
            var (transfer, debit, debitBefore, credit, creditBefore) = desk.Steps[i];
            (debit.State, credit.State) = (debitBefore, creditBefore);
            desk.Known.Remove(transfer.Id);
            if (transfer.Original is { } original)
            {
                desk.Settlements.Remove(original);
            }
        }
        Transfers.RemoveRange(stepsKept, Transfers.Count - stepsKept);
        desk.Steps.RemoveRange(stepsKept, desk.Steps.Count - stepsKept);
    }

    private void Know(LedgerTransfer transfer)
    {
        desk.Known[transfer.Id] = transfer;
        if (transfer.Original is { } original)
        {
            desk.Settlements[original] = transfer;
        }
    }

    private LedgerTransfer? Find(Guid id) =>
        desk.Known.GetValueOrDefault(id) ?? before?.Known.GetValueOrDefault(id);

    private LedgerTransfer? FindSettlement(Guid original) =>
        desk.Settlements.GetValueOrDefault(original) ?? before?.Settlements.GetValueOrDefault(original);

    private void Mark(Account account, AccountState before, long position)
    {
        if ((before with { Entries = before.Entries + 1 }).IsMarked)
        {
            Marks.Add(new Mark(account.Id, position));
        }
    }

    private void Touch(Account account)
    {
        if (account.TouchedIn != decision)
        {
            account.TouchedIn = decision;
            desk.Touched.Add(account);
        }
    }

    private void Watch(LedgerTransfer posted)
    {
        if (posted is { Kind: TransferKind.Reserve, ExpiresAt: { } expiresAt })
        {
            book.Watch(posted.Id, expiresAt);
        }
    }

    private bool IsUnknown(Guid id, ref Account account) =>
        id != Guid.Empty && !book.Accounts.TryGetValue(id, out account!);
}
