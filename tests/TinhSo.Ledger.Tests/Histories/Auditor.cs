using TinhSo.Kernel.Http;
using TinhSo.Ledger.Books;

namespace TinhSo.Ledger.Tests.Histories;

/// <summary>Predicts every answer of the ledger from nothing but the orders it was given.</summary>
internal sealed class Auditor
{
    private readonly Dictionary<Guid, AccountRules> rules = [];
    private readonly Dictionary<Guid, TransferOrder> accepted = [];
    private readonly Dictionary<Guid, Guid> settledBy = [];

    /// <summary>Everything accepted, with accounts and amount filled in, and the releases of what expired.</summary>
    public List<TransferOrder> Log { get; } = [];

    public void Open(Guid account, AccountRules rule) => rules.Add(account, rule);

    public IEnumerable<Guid> Accounts => rules.Keys;

    public TransferOrder? Find(Guid id) => accepted.GetValueOrDefault(id);

    /// <summary>Null when all of the orders would be accepted, which then has happened.</summary>
    public Refusal? Judge(IReadOnlyList<TransferOrder> orders, DateTimeOffset now)
    {
        var repeated = orders.Count(order => accepted.ContainsKey(order.Id));
        if (orders.Any(order => accepted.TryGetValue(order.Id, out var first) && !Same(first, order))
            || (repeated > 0 && repeated < orders.Count)
            || orders.DistinctBy(order => order.Id).Count() < orders.Count)
        {
            return LedgerRefusals.IdUsedDifferently;
        }
        if (repeated > 0)
        {
            return null;
        }
        var logBefore = Log.Count;
        foreach (var order in orders)
        {
            if (Judge(order, now) is { } refusal)
            {
                foreach (var undone in Log.Skip(logBefore))
                {
                    accepted.Remove(undone.Id);
                    settledBy.Remove(undone.Original ?? Guid.Empty);
                }
                Log.RemoveRange(logBefore, Log.Count - logBefore);
                return refusal;
            }
        }
        return null;
    }

    public void PassTime(DateTimeOffset now)
    {
        foreach (var due in Log.Where(t => t.ExpiresAt <= now && !settledBy.ContainsKey(t.Id)).ToList())
        {
            Accept(due with
            {
                Id = Book.ExpiryId(due.Id),
                Kind = TransferKind.Release,
                Code = Book.ExpiredCode,
                Channel = Channels.Internal,
                Original = due.Id,
                ExpiresAt = null,
            });
        }
    }

    public LedgerBalance Balance(Guid account) => BalanceFrom(account, Log);

    /// <summary>What transfers come to, by addition alone.</summary>
    public static LedgerBalance BalanceFrom(Guid account, IReadOnlyCollection<TransferOrder> transfers)
    {
        var open = transfers.Where(t => t.Kind is TransferKind.Reserve)
            .ExceptBy(transfers.Select(t => t.Original), t => t.Id).ToList();
        var moved = transfers.Where(t => t.Kind is not (TransferKind.Reserve or TransferKind.Release)).ToList();
        return new LedgerBalance(
            moved.Where(t => t.Debit == account).Sum(t => t.Amount),
            moved.Where(t => t.Credit == account).Sum(t => t.Amount),
            open.Where(t => t.Debit == account).Sum(t => t.Amount),
            open.Where(t => t.Credit == account).Sum(t => t.Amount));
    }

    public bool IsForbidden(Guid account, LedgerBalance balance) =>
        (rules[account].HasFlag(AccountRules.DebitsMustNotExceedCredits)
            && balance.Debits + balance.ReservedDebits > balance.Credits)
        || (rules[account].HasFlag(AccountRules.CreditsMustNotExceedDebits)
            && balance.Credits + balance.ReservedCredits > balance.Debits);

    private Refusal? Judge(TransferOrder order, DateTimeOffset now)
    {
        if (order.Kind is TransferKind.Post or TransferKind.Reserve)
        {
            return order.Amount <= 0 || order.ExpiresAt <= now ? LedgerRefusals.Malformed
                : order.Debit == order.Credit ? LedgerRefusals.SameAccount
                : AcceptIfAllowed(order);
        }
        if (order.Amount < 0 || (order.Kind is TransferKind.Capture && order.Amount == 0))
        {
            return LedgerRefusals.Malformed;
        }
        var isReverse = order.Kind is TransferKind.Reverse;
        if (!accepted.TryGetValue(order.Original!.Value, out var original)
            || (isReverse && original.Kind is not (TransferKind.Post or TransferKind.Capture))
            || (!isReverse && original.Kind is not TransferKind.Reserve)
            // Who names an amount where none is needed means an original of that amount.
            || (order.Kind is not TransferKind.Capture && order.Amount != 0 && order.Amount != original.Amount))
        {
            return LedgerRefusals.NoSuchOriginal;
        }
        if (settledBy.TryGetValue(original.Id, out var settlement))
        {
            return accepted[settlement].Code == Book.ExpiredCode
                ? LedgerRefusals.Expired
                : LedgerRefusals.AlreadySettled;
        }
        if (order.Kind is TransferKind.Capture && order.Amount > original.Amount)
        {
            return LedgerRefusals.ExceedsReservation;
        }
        return AcceptIfAllowed(order with
        {
            Debit = isReverse ? original.Credit : original.Debit,
            Credit = isReverse ? original.Debit : original.Credit,
            Amount = order.Kind is TransferKind.Capture ? order.Amount : original.Amount,
        });
    }

    private Refusal? AcceptIfAllowed(TransferOrder order)
    {
        Accept(order);
        if (!IsForbidden(order.Debit, Balance(order.Debit)) && !IsForbidden(order.Credit, Balance(order.Credit)))
        {
            return null;
        }
        Log.RemoveAt(Log.Count - 1);
        accepted.Remove(order.Id);
        settledBy.Remove(order.Original ?? Guid.Empty);
        return LedgerRefusals.InsufficientFunds;
    }

    private void Accept(TransferOrder order)
    {
        Log.Add(order);
        accepted.Add(order.Id, order);
        if (order.Original is { } original)
        {
            settledBy.Add(original, order.Id);
        }
    }

    private static bool Same(TransferOrder first, TransferOrder again) => first == again with
    {
        Debit = again.Debit == Guid.Empty ? first.Debit : again.Debit,
        Credit = again.Credit == Guid.Empty ? first.Credit : again.Credit,
        Amount = again.Amount == 0 && again.Kind is TransferKind.Release or TransferKind.Reverse
            ? first.Amount
            : again.Amount,
    };
}
