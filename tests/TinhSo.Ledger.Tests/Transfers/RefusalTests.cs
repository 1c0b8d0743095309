using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;
using static TinhSo.Ledger.Tests.TestLedger;

namespace TinhSo.Ledger.Tests.Transfers;

public class RefusalTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static readonly Guid Nobody = Guid.CreateVersion7();

    /// <summary>Each order has the fault that is named and as many of those below it as can go with it.</summary>
    private static readonly (Refusal Expected, Func<World, TransferOrder> Order)[] ByDescendingPrecedence =
    [
        (LedgerRefusals.IdUsedDifferently, w => w.Order(Nobody, Nobody, -1) with { Id = w.Posted.Id }),
        (LedgerRefusals.Malformed, w => w.Order(Nobody, Nobody, 0, TransferKind.Capture) with { Original = Nobody }),
        (LedgerRefusals.NoSuchAccount, w =>
            w.Order(Nobody, Nobody, 1, TransferKind.Capture) with { Original = Nobody }),
        (LedgerRefusals.SameAccount, w =>
            w.Order(w.Empty, w.Empty, 1, TransferKind.Capture) with { Original = Nobody }),
        (LedgerRefusals.SameAccount, w => w.Order(w.Empty, w.Empty, long.MaxValue)),
        (LedgerRefusals.NoSuchOriginal, w => w.Settle(TransferKind.Capture, w.Reversed, long.MaxValue)),
        (LedgerRefusals.NoSuchOriginal, w => w.Settle(TransferKind.Release, w.Reversed)),
        (LedgerRefusals.NoSuchOriginal, w => w.Settle(TransferKind.Reverse, w.Captured)),
        (LedgerRefusals.NoSuchOriginal, w => w.Settle(TransferKind.Reverse, w.Posted, w.Posted.Amount + 1)),
        (LedgerRefusals.NoSuchOriginal, w =>
            w.Settle(TransferKind.Release, w.Reserved) with { Debit = w.Reserved.Credit }),
        (LedgerRefusals.AlreadySettled, w => w.Settle(TransferKind.Capture, w.Captured, long.MaxValue)),
        (LedgerRefusals.AlreadySettled, w => w.Settle(TransferKind.Release, w.Captured)),
        (LedgerRefusals.AlreadySettled, w => w.Settle(TransferKind.Reverse, w.Reversed)),
        (LedgerRefusals.Expired, w => w.Settle(TransferKind.Capture, w.Expired, long.MaxValue)),
        (LedgerRefusals.Expired, w => w.Settle(TransferKind.Release, w.Expired)),
        (LedgerRefusals.ExceedsReservation, w => w.Settle(TransferKind.Capture, w.Reserved, long.MaxValue)),
        (LedgerRefusals.InsufficientFunds, w => w.Order(w.Empty, w.Full, long.MaxValue)),
        (LedgerRefusals.InsufficientFunds, w => w.Order(w.Empty, w.Full, long.MaxValue, TransferKind.Reserve)),
        (LedgerRefusals.InsufficientFunds, w => w.Order(w.Full, w.EmptyTill, long.MaxValue)),
        (LedgerRefusals.Overflow, w => w.Order(w.Bank, w.Full, long.MaxValue)),
        (LedgerRefusals.Overflow, w => w.Order(w.Spent, w.Bank, long.MaxValue)),
        (LedgerRefusals.Overflow, w => w.Order(w.Bank, w.Full, long.MaxValue, TransferKind.Reserve)),
    ];

    [Theory, MemberData(nameof(Engines))]
    public async Task The_first_refusal_in_the_list_wins_and_nothing_changes(Engine engine)
    {
        var world = await World.Make(engine);
        await using var ledger = world.Ledger;
        var before = (await ledger.Log(), await world.Balances());

        foreach (var (expected, order) in ByDescendingPrecedence)
        {
            Refused(expected, await ledger.Post(order(world)));
        }

        Assert.Equal(before.Item1, await ledger.Log());
        Assert.Equal(before.Item2, await world.Balances());
        // And again from what was stored, not what was remembered.
        await ledger.Restart();
        foreach (var (expected, order) in ByDescendingPrecedence)
        {
            Refused(expected, await ledger.Post(order(world)));
        }
        Assert.Equal(before.Item1, await ledger.Log());
    }

    [Fact]
    public void The_table_covers_every_refusal_in_the_order_of_the_contract()
    {
        var contract = typeof(LedgerRefusals).GetFields().Select(field => ((Refusal)field.GetValue(null)!).Code);

        var tested = ByDescendingPrecedence.Select(test => test.Expected.Code).Distinct();

        Assert.Equal(contract, [.. tested, LedgerRefusals.Busy.Code, LedgerRefusals.NoRootYet.Code]);
    }

    private static readonly Func<World, TransferOrder>[] Malformed =
    [
        w => w.Order(w.Bank, w.Empty, 1) with { Id = Guid.Empty },
        w => w.Order(w.Bank, w.Empty, 1, (TransferKind)9),
        w => w.Order(w.Bank, w.Empty, 0),
        w => w.Order(w.Bank, w.Empty, -1),
        w => w.Order(Guid.Empty, w.Empty, 1),
        w => w.Order(w.Bank, Guid.Empty, 1, TransferKind.Reserve),
        w => w.Order(w.Bank, w.Empty, 1) with { Code = "" },
        w => w.Order(w.Bank, w.Empty, 1) with { Code = new string('x', 61) },
        w => w.Order(w.Bank, w.Empty, 1) with { Code = "a\0b" },
        w => w.Order(w.Bank, w.Empty, 1) with { Reference = "half \ud83d" },
        w => w.Order(w.Bank, w.Empty, 1) with { Reference = "\ude00 half" },
        w => w.Order(w.Bank, w.Empty, 1) with { Reference = new string('x', 101) },
        w => w.Order(w.Bank, w.Empty, 1) with { Reference = "" },
        w => w.Order(w.Bank, w.Empty, 1) with { Place = new string('1', 21) },
        w => w.Order(w.Bank, w.Empty, 1) with { Channel = "pigeon" },
        w => w.Order(w.Bank, w.Empty, 1) with { Original = w.Posted.Id },
        w => w.Order(w.Bank, w.Empty, 1) with { ExpiresAt = w.Now.AddDays(1) },
        w => w.Order(w.Bank, w.Empty, 1, TransferKind.Reserve) with { ExpiresAt = w.Now },
        w => w.Order(w.Bank, w.Empty, 1, TransferKind.Reserve) with { Original = w.Posted.Id },
        w => w.Order(Guid.Empty, Guid.Empty, 1, TransferKind.Capture),
        w => w.Settle(TransferKind.Capture, w.Reserved),
        w => w.Settle(TransferKind.Release, w.Reserved, -1),
        w => w.Settle(TransferKind.Release, w.Reserved) with { ExpiresAt = w.Now.AddDays(1) },
    ];

    [Fact]
    public async Task An_order_with_a_field_out_of_its_bounds_is_malformed_and_spoils_nobody_elses()
    {
        foreach (var engine in Enum.GetValues<Engine>())
        {
            var world = await World.Make(engine);
            await using var ledger = world.Ledger;

            // Given at once, so that they share a batch with a good one.
            var refused = Malformed.Select(order => ledger.Post(order(world))).ToList();
            var good = ledger.Post(ledger.Order(world.Bank, world.Empty, 1) with { Reference = "Chợ Đồng Văn 😀" });

            foreach (var outcome in refused)
            {
                Refused(LedgerRefusals.Malformed, await outcome);
            }
            Assert.Equal("Chợ Đồng Văn 😀", Accepted(await good).Reference);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_account_is_opened_once_and_only_within_its_bounds(Engine engine)
    {
        await using var ledger = TestLedger.New(engine, new ManualClock());
        var order = new AccountOrder(ledger.NewId(), "payee:1", "payee", AccountRules.DebitsMustNotExceedCredits);

        var opened = Accepted(await ledger.Ledger.Open(order, Stop));

        Assert.Equal(opened, Accepted(await ledger.Ledger.Open(order, Stop)));
        Assert.Equal(opened, await ledger.Ledger.Find(order.Id, Stop));
        foreach (var other in (AccountOrder[])[order with { Owner = "payee:2" }, order with { Kind = "bank" },
            order with { Rules = AccountRules.None }])
        {
            Refused(LedgerRefusals.IdUsedDifferently, await ledger.Ledger.Open(other, Stop));
        }
        foreach (var wrong in (AccountOrder[])[order with { Id = Guid.Empty },
            order with { Id = ledger.NewId(), Owner = "" }, order with { Id = ledger.NewId(), Kind = "" },
            order with { Id = ledger.NewId(), Owner = new string('x', 101) },
            order with { Id = ledger.NewId(), Rules = (AccountRules)4 }])
        {
            Refused(LedgerRefusals.Malformed, await ledger.Ledger.Open(wrong, Stop));
        }
        await ledger.Restart();
        Assert.Equal(opened, Accepted(await ledger.Ledger.Open(order, Stop)));
    }
}
