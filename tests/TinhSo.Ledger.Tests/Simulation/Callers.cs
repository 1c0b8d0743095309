namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>Makes up what callers ask for: mostly sensible orders, with repeats, mistakes and malice among them.</summary>
internal sealed class Callers(Dice dice)
{
    private const int CallerCount = 6;
    // Few and small numbers, so that purses run dry and originals are met again.
    private const int AmountMax = 60;
    private const int HotAccounts = 4;
    private const int FirstVast = 7;
    public static readonly TimeSpan ExpiryMax = TimeSpan.FromMinutes(5);

    private static readonly AccountRules[] FirstAccounts =
    [
        AccountRules.None, AccountRules.DebitsMustNotExceedCredits, AccountRules.None,
        AccountRules.DebitsMustNotExceedCredits, AccountRules.CreditsMustNotExceedDebits,
        AccountRules.DebitsMustNotExceedCredits | AccountRules.CreditsMustNotExceedDebits, AccountRules.None,
        AccountRules.None, AccountRules.None,
    ];

    private readonly List<AccountOrder> accounts = [];
    private readonly List<TransferOrder> orders = [];
    private readonly List<Submission> given = [];

    /// <summary>Opens the accounts to begin with, one order each.</summary>
    public List<Submission> Begin() => [.. FirstAccounts.Select(rules => Make(NewAccount(rules)))];

    public Submission Next(DateTimeOffset now) => dice.Below(100) switch
    {
        < 14 when given.Count > 0 => Again(dice.Pick(given)),
        < 17 when orders.Count > 0 => Make([Altered(dice.Pick(orders))]),
        < 18 when orders.Count > 0 => Make([dice.Pick(orders), New(now)]),
        < 20 => Make(dice.Percent(50) ? NewAccount((AccountRules)dice.Below(4)) : dice.Pick(accounts)),
        < 21 => Make(dice.Pick(accounts) with { Kind = "another" }),
        < 31 => Make(Linked(now)),
        _ => Make([New(now)]),
    };

    /// <summary>The same order once more.</summary>
    public Submission Again(Submission earlier) => earlier.Account is { } account ? Make(account) : Make(earlier.Orders);

    /// <summary>A reservation that is certainly accepted, and will expire.</summary>
    public Submission Last(DateTimeOffset now) => Make([new TransferOrder(dice.Id(), TransferKind.Reserve,
        accounts[0].Id, accounts[2].Id, 1, "market.rent", Channels.Cash, ExpiresAt: now + ExpiryMax)]);

    private Submission Make(AccountOrder account) =>
        Keep(new Submission { Number = given.Count + 1, Caller = dice.Below(CallerCount), Account = account });

    private Submission Make(IReadOnlyList<TransferOrder> asked)
    {
        var isFresh = !asked.Any(order => orders.Exists(earlier => earlier.Id == order.Id));
        orders.AddRange(asked);
        return Keep(new Submission
        {
            Number = given.Count + 1,
            Caller = dice.Below(CallerCount),
            Orders = asked,
            IsFresh = isFresh,
        });
    }

    private Submission Keep(Submission submission)
    {
        given.Add(submission);
        return submission;
    }

    private AccountOrder NewAccount(AccountRules rules)
    {
        var account = new AccountOrder(dice.Id(), $"payee:{accounts.Count}", dice.Percent(50) ? "payee" : "bank", rules);
        accounts.Add(account);
        return account;
    }

    private List<TransferOrder> Linked(DateTimeOffset now)
    {
        var linked = new List<TransferOrder>();
        for (var i = dice.Between(2, 5); i > 0; i--)
        {
            linked.Add(linked.Count > 0 && dice.Percent(20) ? Settlement(dice.Pick(linked)) : New(now));
        }
        if (dice.Percent(5))
        {
            linked.Add(linked[0]);
        }
        return linked;
    }

    private TransferOrder New(DateTimeOffset now) => dice.Below(100) switch
    {
        < 2 => Movement(TransferKind.Post) with
        {
            Debit = accounts[FirstVast].Id,
            Credit = accounts[FirstVast + 1].Id,
            Amount = long.MaxValue / dice.Between(2, 4),
        },
        < 14 => Movement(TransferKind.Reserve),
        < 26 => Movement(TransferKind.Reserve) with { ExpiresAt = now + Span(ExpiryMax) },
        < 45 when orders.Count > 0 => Settlement(dice.Pick(orders)),
        _ => Movement(TransferKind.Post),
    };

    private TransferOrder Movement(TransferKind kind) => new(dice.Id(), kind, AnyAccount(), AnyAccount(),
        dice.Below(AmountMax) - (dice.Percent(5) ? 1 : -1), dice.Percent(80) ? "market.rent" : "phí chợ",
        dice.Percent(80) ? Channels.Cash : Channels.VietQr, dice.Percent(50) ? "24037" : null,
        dice.Percent(50) ? $"B-{dice.Below(100)}" : null);

    private TransferOrder Settlement(TransferOrder original)
    {
        var kind = original.Kind is TransferKind.Reserve && dice.Percent(95)
            ? dice.Percent(65) ? TransferKind.Capture : TransferKind.Release
            : TransferKind.Reverse;
        var order = new TransferOrder(dice.Id(), kind, Guid.Empty, Guid.Empty, 0, "market.settle", Channels.Internal,
            Original: dice.Percent(98) ? original.Id : dice.Id());
        if (kind is TransferKind.Capture)
        {
            order = order with { Amount = dice.Percent(60) ? original.Amount : dice.Below((int)Math.Min(original.Amount + 10, 100)) };
        }
        if (dice.Percent(25))
        {
            order = kind is TransferKind.Reverse
                ? order with { Debit = original.Credit, Credit = original.Debit }
                : order with { Debit = original.Debit, Credit = original.Credit };
        }
        return dice.Percent(3) ? order with { Amount = order.Amount + 1, Debit = AnyAccount() } : order;
    }

    private TransferOrder Altered(TransferOrder order) => dice.Below(4) switch
    {
        0 => order with { Amount = order.Amount + 1 },
        1 => order with { Code = "market.other" },
        2 => order with { Reference = "another" },
        _ => order with { Debit = order.Credit, Credit = order.Debit },
    };

    private Guid AnyAccount() => dice.Below(100) switch
    {
        < 70 => accounts[dice.Below(HotAccounts)].Id,
        < 99 => dice.Pick(accounts).Id,
        _ => dice.Id(),
    };

    private TimeSpan Span(TimeSpan max) => TimeSpan.FromMicroseconds(dice.Below((int)max.TotalMicroseconds) - 1_000_000L);
}
