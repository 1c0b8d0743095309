using TinhSo.Kernel.Http;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Books;

/// <summary>Orders decided together and written together: checked one by one, in order, against the book.</summary>
internal sealed class Batch
{
    private readonly Book book;
    private readonly long decision;
    private readonly Dictionary<Guid, LedgerTransfer> known;
    private readonly Dictionary<Guid, LedgerTransfer> settlements;
    private readonly List<Step> steps;

    /// <summary>Begins a batch.</summary>
    /// <param name="book">Changed at once, before anything is durable.</param>
    /// <param name="now">When its transfers are posted, unless the one before was posted later.</param>
    /// <param name="recorded">What the store holds under the ids that the batch's orders name.</param>
    public Batch(Book book, DateTimeOffset now, IReadOnlyList<LedgerTransfer> recorded)
    {
        this.book = book;
        (known, settlements, steps, Transfers, Opened, Touched, Marks) = book.Desk.Clear();
        decision = book.NextDecision();
        From = book.Position;
        FromNumber = book.Batch;
        PostedAt = now > book.PostedAt ? now : book.PostedAt;
        foreach (var transfer in recorded)
        {
            Know(transfer);
        }
    }

    public long Epoch => book.Epoch;

    /// <summary>The last position before the batch's first.</summary>
    public long From { get; }

    public long To => book.Position;

    public DateTimeOffset PostedAt { get; }

    /// <summary>The number of the batch before.</summary>
    public long FromNumber { get; }

    /// <summary>Its own number, once it is sealed.</summary>
    public long Number => FromNumber + 1;

    /// <summary>The hash over it and all before it, once it is sealed.</summary>
    public byte[] Hash => book.Hash;

    public List<StagedTransfer> Transfers { get; }

    public List<Account> Opened { get; }

    /// <summary>The accounts on which its transfers are entered.</summary>
    public List<Account> Touched { get; }

    /// <summary>Positions from which the rows of an account can be walked back.</summary>
    public List<Mark> Marks { get; }

    public bool HasRows => Opened.Count > 0 || Transfers.Count > 0;

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
        if (known.TryGetValue(order.Id, out var earlier))
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
        var before = (Steps: steps.Count, book.Position);
        var posted = new LedgerTransfer[orders.Count];
        for (var i = 0; i < orders.Count; i++)
        {
            if (Check(orders[i], out var debit, out var credit, out posted[i]) is { } refusal)
            {
                Undo(before.Steps);
                book.Position = before.Position;
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
            if (!settlements.ContainsKey(id) && known.TryGetValue(id, out var reserved))
            {
                Apply(
                    new LedgerTransfer(book.Position + 1, Book.ExpiryId(id), TransferKind.Release,
                        reserved.Debit, reserved.Credit, reserved.Amount, Book.ExpiredCode, Channels.Internal,
                        reserved.Place, reserved.Reference, id, null, PostedAt),
                    book.Accounts[reserved.Debit], book.Accounts[reserved.Credit]);
            }
        }
    }

    /// <summary>Closes it: nothing is decided in it any more, and its hash is taken.</summary>
    public void Seal()
    {
        book.Chain.Begin(book.Hash);
        Opened.Sort((one, other) => one.Id.CompareTo(other.Id));
        foreach (var account in Opened)
        {
            book.Chain.Add(account);
        }
        foreach (var staged in Transfers)
        {
            book.Chain.Add(staged.Transfer);
        }
        foreach (var step in steps)
        {
            Mark(step.Debit, step.DebitBefore, step.Transfer.Position);
            Mark(step.Credit, step.CreditBefore, step.Transfer.Position);
        }
        book.Hash = book.Chain.End();
        book.Batch = Number;
    }

    // Linked orders are one order: they are repeated wholly or not at all.
    private bool IsRepeat(IReadOnlyList<TransferOrder> orders, out Outcome<IReadOnlyList<LedgerTransfer>> answer)
    {
        answer = LedgerRefusals.IdUsedDifferently;
        var earlier = new List<LedgerTransfer>();
        foreach (var order in orders)
        {
            if (known.TryGetValue(order.Id, out var transfer))
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
            && known.ContainsKey(Book.ExpiryId(order.Id)))
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
        if (!known.TryGetValue(originalId, out var original) || !order.Fits(original))
        {
            return LedgerRefusals.NoSuchOriginal;
        }
        if (settlements.TryGetValue(originalId, out var settlement))
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
        steps.Add(new Step(transfer, debit, debit.State, credit, credit.State));
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
            var reserved = known[transfer.Original!.Value].Amount;
            (debit, credit) = (debit.DebitReserved(-reserved), credit.CreditReserved(-reserved));
        }
        return transfer.Kind is TransferKind.Release
            ? (debit, credit)
            : (debit.Debited(transfer.Amount), credit.Credited(transfer.Amount));
    }

    private void Undo(int stepsKept)
    {
        for (var i = steps.Count - 1; i >= stepsKept; i--)
        {
            var (transfer, debit, debitBefore, credit, creditBefore) = steps[i];
            (debit.State, credit.State) = (debitBefore, creditBefore);
            known.Remove(transfer.Id);
            if (transfer.Original is { } original)
            {
                settlements.Remove(original);
            }
        }
        Transfers.RemoveRange(stepsKept, Transfers.Count - stepsKept);
        steps.RemoveRange(stepsKept, steps.Count - stepsKept);
    }

    private void Know(LedgerTransfer transfer)
    {
        known[transfer.Id] = transfer;
        if (transfer.Original is { } original)
        {
            settlements[original] = transfer;
        }
    }

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
            Touched.Add(account);
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
