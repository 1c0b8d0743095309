using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>The ledger as its contract tells it, by addition alone: what stands, and what would be answered.</summary>
internal sealed class Model
{
    private const string ExpiredCode = "ledger.expired";

    private readonly Dictionary<Guid, LedgerTransfer> byId = [];
    private readonly Dictionary<Guid, LedgerTransfer> settledBy = [];

    public Dictionary<Guid, ModelAccount> Accounts { get; } = [];

    public List<LedgerTransfer> Log { get; } = [];

    public DateTimeOffset PostedAt => Log.Count > 0 ? Log[^1].PostedAt : DateTimeOffset.UnixEpoch;

    public LedgerTransfer? Find(Guid id) => byId.GetValueOrDefault(id);

    public static Guid ExpiryId(Guid reservation) => Ids.From("ledger.expiry", reservation.ToString("D"));

    public void Open(AccountOrder order) => Accounts.Add(order.Id, new ModelAccount(order));

    public Refusal? Judge(AccountOrder order) =>
        !Accounts.TryGetValue(order.Id, out var earlier) || earlier.Order == order
            ? null
            : LedgerRefusals.IdUsedDifferently;

    /// <summary>The reservations that have expired by then and still hold money.</summary>
    public IEnumerable<LedgerTransfer> ExpiredBy(DateTimeOffset moment) =>
        Log.Where(t => t.ExpiresAt <= moment && !settledBy.ContainsKey(t.Id));

    /// <summary>What the ledger must answer; null when it accepts, or repeats its first answer.</summary>
    public Refusal? Judge(IReadOnlyList<TransferOrder> orders, DateTimeOffset postedAt, out bool isRepeat)
    {
        var repeated = orders.Count(order => byId.ContainsKey(order.Id));
        isRepeat = repeated == orders.Count;
        if (orders.Any(order => Find(order.Id) is { } first && !IsAnswered(order, first))
            || (repeated > 0 && !isRepeat)
            || (orders.Count > 1 && orders.DistinctBy(order => order.Id).Count() < orders.Count))
        {
            isRepeat = false;
            return LedgerRefusals.IdUsedDifferently;
        }
        if (isRepeat)
        {
            return null;
        }
        var applied = 0;
        Refusal? refusal = null;
        foreach (var order in orders)
        {
            refusal = Judge(order, postedAt);
            if (refusal is not null)
            {
                break;
            }
            Apply(Complete(order, postedAt));
            applied++;
        }
        for (; applied > 0; applied--)
        {
            Undo();
        }
        return refusal;
    }

    /// <summary>The transfer that an accepted order becomes.</summary>
    public LedgerTransfer Complete(TransferOrder order, DateTimeOffset postedAt)
    {
        var (debit, credit, amount) = (order.Debit, order.Credit, order.Amount);
        if (order.Original is { } id)
        {
            var original = byId[id];
            (debit, credit) = order.Kind is TransferKind.Reverse
                ? (original.Credit, original.Debit)
                : (original.Debit, original.Credit);
            amount = order.Kind is TransferKind.Capture ? amount : original.Amount;
        }
        return new LedgerTransfer(Log.Count + 1, order.Id, order.Kind, debit, credit, amount, order.Code, order.Channel,
            order.Place, order.Reference, order.Original, order.ExpiresAt, postedAt);
    }

    /// <summary>The release of what has expired.</summary>
    public LedgerTransfer Expire(LedgerTransfer reserved, DateTimeOffset postedAt) => reserved with
    {
        Position = Log.Count + 1,
        Id = ExpiryId(reserved.Id),
        Kind = TransferKind.Release,
        Code = ExpiredCode,
        Channel = Channels.Internal,
        Original = reserved.Id,
        ExpiresAt = null,
        PostedAt = postedAt,
    };

    public void Apply(LedgerTransfer transfer)
    {
        Log.Add(transfer);
        byId.Add(transfer.Id, transfer);
        var reserved = 0L;
        if (transfer.Original is { } original)
        {
            settledBy.Add(original, transfer);
            reserved = transfer.Kind is TransferKind.Capture or TransferKind.Release ? byId[original].Amount : 0;
        }
        var moved = transfer.Kind is TransferKind.Reserve or TransferKind.Release ? 0 : transfer.Amount;
        var aside = (transfer.Kind is TransferKind.Reserve ? transfer.Amount : 0) - reserved;
        Accounts[transfer.Debit].Enter(transfer.Position, new LedgerBalance(moved, 0, aside, 0));
        Accounts[transfer.Credit].Enter(transfer.Position, new LedgerBalance(0, moved, 0, aside));
    }

    private void Undo()
    {
        var transfer = Log[^1];
        Log.RemoveAt(Log.Count - 1);
        byId.Remove(transfer.Id);
        settledBy.Remove(transfer.Original ?? Guid.Empty);
        Accounts[transfer.Debit].Leave();
        Accounts[transfer.Credit].Leave();
    }

    // In the order of LedgerRefusals.
    private Refusal? Judge(TransferOrder order, DateTimeOffset postedAt)
    {
        var settles = order.Kind is not (TransferKind.Post or TransferKind.Reserve);
        if (order.Amount < 0 || order.ExpiresAt <= postedAt
            || (order.Amount == 0 && order.Kind is not (TransferKind.Release or TransferKind.Reverse)))
        {
            return LedgerRefusals.Malformed;
        }
        if (((Guid[])[order.Debit, order.Credit]).Any(id => !(settles && id == Guid.Empty) && !Accounts.ContainsKey(id)))
        {
            return LedgerRefusals.NoSuchAccount;
        }
        if (order.Debit == order.Credit && order.Debit != Guid.Empty)
        {
            return LedgerRefusals.SameAccount;
        }
        if (!settles)
        {
            return JudgeFunds(Complete(order, postedAt));
        }
        if (Find(order.Original!.Value) is not { } original || !MayBeOriginal(order, original))
        {
            return LedgerRefusals.NoSuchOriginal;
        }
        if (settledBy.TryGetValue(original.Id, out var settlement))
        {
            return settlement.Code == ExpiredCode ? LedgerRefusals.Expired : LedgerRefusals.AlreadySettled;
        }
        if (original.ExpiresAt <= postedAt)
        {
            return LedgerRefusals.Expired;
        }
        return order.Kind is TransferKind.Reverse ? JudgeFunds(Complete(order, postedAt))
            : order.Kind is TransferKind.Capture && order.Amount > original.Amount ? LedgerRefusals.ExceedsReservation
            : null;
    }

    private Refusal? JudgeFunds(LedgerTransfer transfer)
    {
        var (debit, credit) = (Accounts[transfer.Debit], Accounts[transfer.Credit]);
        if (debit.WouldBreakRules(transfer.Amount, 0) || credit.WouldBreakRules(0, transfer.Amount))
        {
            return LedgerRefusals.InsufficientFunds;
        }
        return (Int128)debit.Balance.Debits + debit.Balance.ReservedDebits + transfer.Amount > long.MaxValue
            || (Int128)credit.Balance.Credits + credit.Balance.ReservedCredits + transfer.Amount > long.MaxValue
            ? LedgerRefusals.Overflow
            : null;
    }

    private bool MayBeOriginal(TransferOrder order, LedgerTransfer original)
    {
        var isKind = order.Kind is TransferKind.Reverse
            ? original.Kind is TransferKind.Post or TransferKind.Capture
            : original.Kind is TransferKind.Reserve;
        if (!isKind)
        {
            return false;
        }
        var whole = Complete(order, PostedAt);
        return (order.Debit == Guid.Empty || order.Debit == whole.Debit)
            && (order.Credit == Guid.Empty || order.Credit == whole.Credit)
            && (order.Kind is TransferKind.Capture || order.Amount == 0 || order.Amount == original.Amount);
    }

    private bool IsAnswered(TransferOrder order, LedgerTransfer transfer)
    {
        // The original has been found when the transfer was accepted, or the order names another one.
        if (order.Original != transfer.Original || order.Kind != transfer.Kind)
        {
            return false;
        }
        var meant = Complete(order, transfer.PostedAt) with { Position = transfer.Position };
        return meant == transfer
            && (order.Debit == transfer.Debit || order.Debit == Guid.Empty)
            && (order.Credit == transfer.Credit || order.Credit == Guid.Empty)
            && (order.Amount == transfer.Amount || order.Amount == 0);
    }
}

/// <summary>An account of the model, with what stood on it after each of its rows.</summary>
internal sealed class ModelAccount(AccountOrder order)
{
    public AccountOrder Order => order;

    /// <summary>The position of each of its rows and the balance right after it, oldest first.</summary>
    public List<(long Position, LedgerBalance Balance)> Rows { get; } = [];

    public LedgerBalance Balance => Rows.Count > 0 ? Rows[^1].Balance : new LedgerBalance(0, 0, 0, 0);

    public long LastPosition => Rows.Count > 0 ? Rows[^1].Position : 0;

    public bool BreaksRules => WouldBreakRules(0, 0);

    public void Enter(long position, LedgerBalance change) => Rows.Add((position, new LedgerBalance(
        Balance.Debits + change.Debits, Balance.Credits + change.Credits,
        Balance.ReservedDebits + change.ReservedDebits, Balance.ReservedCredits + change.ReservedCredits)));

    public void Leave() => Rows.RemoveAt(Rows.Count - 1);

    public bool WouldBreakRules(long debited, long credited) =>
        (order.Rules.HasFlag(AccountRules.DebitsMustNotExceedCredits) && credited == 0
            && (Int128)Balance.Debits + Balance.ReservedDebits + debited > Balance.Credits)
        || (order.Rules.HasFlag(AccountRules.CreditsMustNotExceedDebits) && debited == 0
            && (Int128)Balance.Credits + Balance.ReservedCredits + credited > Balance.Debits);
}
