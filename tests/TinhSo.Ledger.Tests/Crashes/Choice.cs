using TinhSo.Kernel;
using TinhSo.Ledger.Tests.Simulation;

namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>What callers ask: everything there is, much of it again, and some of it to be refused.</summary>
internal sealed class Choice(Dice dice, IReadOnlyList<Ask> earlier)
{
    private const int RecentMax = 500;
    private const int LinkedMax = 6;
    private const int EachMax = 20;

    private readonly Recent<Ask> asks = new(RecentMax);
    private readonly Recent<LedgerTransfer> reserved = new(RecentMax);
    private readonly Recent<LedgerTransfer> posted = new(RecentMax);
    private int earlierLeft = earlier.Count;

    public Ask Next(long number, int caller)
    {
        var ask = Again() is { } same
            ? same with { Number = number, Caller = caller }
            : New(number, caller);
        asks.Add(ask);
        return ask;
    }

    /// <summary>Keeps what may be settled or given back later.</summary>
    public void Learn(IReadOnlyList<Answer> answers)
    {
        foreach (var transfer in answers.Select(answer => answer.Transfer).OfType<LedgerTransfer>())
        {
            if (transfer.Kind is TransferKind.Reserve)
            {
                reserved.Add(transfer);
            }
            else if (transfer.Kind is TransferKind.Post or TransferKind.Capture)
            {
                posted.Add(transfer);
            }
        }
    }

    /// <summary>What was asked before, by this process or another, whether it was answered or not; now and then with
    /// other words under the same id.</summary>
    private Ask? Again()
    {
        if (earlierLeft > 0 && dice.Percent(20))
        {
            return earlier[--earlierLeft];
        }
        if (!dice.Percent(12) || asks.Pick(dice) is not { } ask)
        {
            return null;
        }
        if (dice.Percent(60))
        {
            return ask;
        }
        var orders = ask.Orders.ToArray();
        var other = dice.Below(orders.Length);
        orders[other] = orders[other] with { Reference = "other words" };
        return ask with { Orders = orders };
    }

    private Ask New(long number, int caller) => dice.Below(100) switch
    {
        < 10 => new Ask(number, caller, Shape.Linked, [.. Many(LinkedMax)]),
        < 20 => new Ask(number, caller, Shape.Each, [.. Repeating(Many(EachMax))]),
        _ => new Ask(number, caller, Shape.One, [Order()]),
    };

    private IEnumerable<TransferOrder> Many(int max) => Enumerable.Range(0, dice.Between(2, max)).Select(_ => Order());

    /// <summary>Some of these twice.</summary>
    private IEnumerable<TransferOrder> Repeating(IEnumerable<TransferOrder> orders) =>
        orders.SelectMany(order => dice.Percent(5) ? [order, order] : (TransferOrder[])[order]);

    private TransferOrder Order() => dice.Below(100) switch
    {
        < 15 => Fresh(TransferKind.Reserve) with { ExpiresAt = dice.Percent(50) ? Soon() : null },
        < 30 when reserved.Pick(dice) is { } original => dice.Percent(70)
            ? Settle(TransferKind.Capture, original, Math.Max(1, dice.Below((int)(original.Amount * 11 / 10) + 1)))
            : Settle(TransferKind.Release, original, 0),
        < 38 when posted.Pick(dice) is { } original => Settle(TransferKind.Reverse, original, 0),
        _ => Fresh(TransferKind.Post),
    };

    private TransferOrder Fresh(TransferKind kind)
    {
        var debit = dice.Below(Accounts.All.Count);
        var credit = (debit + dice.Between(1, Accounts.All.Count - 1)) % Accounts.All.Count;
        // Large ones often exceed what a purse holds.
        var amount = dice.Percent(80) ? dice.Between(1, 1_000) : dice.Between(1, 100_000);
        return new TransferOrder(Ids.New(TimeProvider.System), kind, Accounts.All[debit].Id, Accounts.All[credit].Id,
            amount, "market.rent", Channels.Cash, dice.Percent(50) ? "24037" : null, $"B-{dice.Below(1_000)}");
    }

    private static TransferOrder Settle(TransferKind kind, LedgerTransfer original, long amount) => new(
        Ids.New(TimeProvider.System), kind, Guid.Empty, Guid.Empty, amount, "market.rent", Channels.Internal,
        Original: original.Id);

    private DateTimeOffset Soon() => DateTimeOffset.FromUnixTimeMilliseconds(
        TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + dice.Between(5, 1_500));

    /// <summary>The last so many of what was added.</summary>
    private sealed class Recent<T>(int max) where T : class
    {
        private readonly List<T> items = [];
        private int next;

        public void Add(T item)
        {
            if (items.Count < max)
            {
                items.Add(item);
                return;
            }
            items[next] = item;
            next = (next + 1) % max;
        }

        public T? Pick(Dice dice) => items.Count == 0 ? null : dice.Pick(items);
    }
}
