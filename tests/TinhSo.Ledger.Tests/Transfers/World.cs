using TinhSo.Kernel.Storage;
using TinhSo.Testing;
using static TinhSo.Ledger.Tests.TestLedger;

namespace TinhSo.Ledger.Tests.Transfers;

/// <summary>Accounts and transfers in every state that a refusal can depend on.</summary>
internal sealed class World
{
    private readonly ManualClock clock = new();

    private World(Engine engine) => Ledger = TestLedger.New(engine, clock);

    public TestLedger Ledger { get; }

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>May be overdrawn.</summary>
    public Guid Bank { get; private set; }

    /// <summary>A purse that holds nothing.</summary>
    public Guid Empty { get; private set; }

    /// <summary>A till that holds nothing.</summary>
    public Guid EmptyTill { get; private set; }

    /// <summary>Has been credited almost as much as fits.</summary>
    public Guid Full { get; private set; }

    /// <summary>Has been debited almost as much as fits.</summary>
    public Guid Spent { get; private set; }

    public LedgerTransfer Posted { get; private set; } = null!;

    public LedgerTransfer Reversed { get; private set; } = null!;

    public LedgerTransfer Reserved { get; private set; } = null!;

    /// <summary>Captured before it would have expired, which by now it would have.</summary>
    public LedgerTransfer Captured { get; private set; } = null!;

    public LedgerTransfer Expired { get; private set; } = null!;

    public static async Task<World> Make(Engine engine)
    {
        var world = new World(engine);
        await world.Fill();
        return world;
    }

    public TransferOrder Order(Guid debit, Guid credit, long amount, TransferKind kind = TransferKind.Post) =>
        Ledger.Order(debit, credit, amount, kind);

    public TransferOrder Settle(TransferKind kind, LedgerTransfer original, long amount = 0) =>
        Ledger.Settle(kind, original, amount);

    public async Task<List<LedgerBalance>> Balances()
    {
        var balances = new List<LedgerBalance>();
        foreach (var account in (Guid[])[Bank, Empty, EmptyTill, Full, Spent])
        {
            balances.Add(await Ledger.Balance(account));
        }
        return balances;
    }

    private async Task Fill()
    {
        Bank = await Ledger.Open(kind: "bank");
        Empty = await Ledger.OpenPurse();
        EmptyTill = await Ledger.Open(AccountRules.CreditsMustNotExceedDebits, "cash");
        Full = await Ledger.Open(kind: "suspense");
        Spent = await Ledger.Open(kind: "suspense");
        Accepted(await Ledger.Post(Spent, Full, long.MaxValue - 1_000));
        Posted = Accepted(await Ledger.Post(Bank, Full, 10));
        Reversed = Accepted(await Ledger.Post(Bank, Spent, 20));
        Accepted(await Ledger.Post(Settle(TransferKind.Reverse, Reversed)));
        var reserve = Order(Bank, Spent, 30, TransferKind.Reserve);
        Reserved = Accepted(await Ledger.Post(reserve));
        Captured = Accepted(await Ledger.Post(reserve with { Id = Ledger.NewId(), ExpiresAt = Now.AddHours(1) }));
        Accepted(await Ledger.Post(Settle(TransferKind.Capture, Captured, 25)));
        Expired = Accepted(await Ledger.Post(reserve with { Id = Ledger.NewId(), ExpiresAt = Now.AddHours(1) }));
        clock.Advance(TimeSpan.FromHours(2));
        // Goes through the writer's queue behind the expiry, so that this has been done by then.
        await Ledger.Open();
    }
}
