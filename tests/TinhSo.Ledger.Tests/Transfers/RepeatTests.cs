using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Books;
using TinhSo.Testing;
using static TinhSo.Ledger.Tests.TestLedger;

namespace TinhSo.Ledger.Tests.Transfers;

public class RepeatTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_repeated_order_gets_the_first_answer_whatever_has_changed_since(Engine engine)
    {
        var clock = new ManualClock();
        await using var ledger = TestLedger.New(engine, clock);
        var (purse, bank) = (await ledger.OpenPurse(holds: 100), await ledger.Open());
        var order = ledger.Order(purse, bank, 100);

        // Within one batch …
        var together = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ledger.Post(order)));
        var first = Accepted(together[0]);
        Assert.All(together, again => Assert.Equal(first, Accepted(again)));
        // … in a later one, when the purse is empty …
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(first, Accepted(await ledger.Post(order)));
        // … and after a restart.
        await ledger.Restart();
        Assert.Equal(first, Accepted(await ledger.Post(order)));

        Assert.Equal(new LedgerBalance(100, 100, 0, 0), await ledger.Balance(purse));
        Assert.Equal(2, (await ledger.Log()).Count);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_same_id_with_any_other_content_is_refused(Engine engine)
    {
        var clock = new ManualClock();
        await using var ledger = TestLedger.New(engine, clock);
        var (one, two) = (await ledger.Open(), await ledger.Open());
        var order = ledger.Order(one, two, 100, TransferKind.Reserve) with { ExpiresAt = clock.GetUtcNow().AddDays(1) };
        TransferOrder[] others =
        [
            order with { Kind = TransferKind.Post, ExpiresAt = null },
            order with { Debit = two, Credit = one },
            order with { Debit = Guid.Empty },
            order with { Amount = 101 },
            order with { Amount = 0 },
            order with { Code = "market.water" },
            order with { Channel = Channels.VietQr },
            order with { Place = null },
            order with { Reference = "B-2" },
            order with { Original = two },
            order with { ExpiresAt = order.ExpiresAt!.Value.AddSeconds(1) },
            order with { ExpiresAt = null },
        ];

        // The first of them share the batch of the order itself.
        var first = ledger.Post(order);
        var together = others.Select(ledger.Post).ToList();
        Accepted(await first);
        foreach (var other in together)
        {
            Refused(LedgerRefusals.IdUsedDifferently, await other);
        }
        await ledger.Restart();
        foreach (var other in others)
        {
            Refused(LedgerRefusals.IdUsedDifferently, await ledger.Post(other));
        }
        Assert.Single(await ledger.Log());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_an_order_left_out_or_spelled_out_is_the_same_content(Engine engine)
    {
        await using var ledger = TestLedger.New(engine);
        var (one, two) = (await ledger.Open(), await ledger.Open());
        var posted = Accepted(await ledger.Post(one, two, 70));
        var reverse = ledger.Settle(TransferKind.Reverse, posted);

        var reversed = Accepted(await ledger.Post(reverse));

        Assert.Equal((two, one, 70L), (reversed.Debit, reversed.Credit, reversed.Amount));
        Assert.Equal(reversed, Accepted(await ledger.Post(reverse with { Debit = two, Credit = one, Amount = 70 })));
        Refused(LedgerRefusals.IdUsedDifferently, await ledger.Post(reverse with { Debit = one, Credit = two }));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_id_without_time_order_is_recognised_too(Engine engine)
    {
        await using var ledger = TestLedger.New(engine);
        var (one, two) = (await ledger.Open(), await ledger.Open());
        var derived = ledger.Order(one, two, 1) with { Id = TinhSo.Kernel.Ids.From("bank", "FT-1") };
        var old = ledger.Order(one, two, 1) with { Id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch) };

        foreach (var order in (TransferOrder[])[derived, old])
        {
            var first = Accepted(await ledger.Post(order));
            Accepted(await ledger.Post(one, two, 1));
            Assert.Equal(first, Accepted(await ledger.Post(order)));
            await ledger.Restart();
            Assert.Equal(first, Accepted(await ledger.Post(order)));
            Refused(LedgerRefusals.IdUsedDifferently, await ledger.Post(order with { Amount = 2 }));
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_refused_order_may_be_given_again_and_then_succeed(Engine engine)
    {
        await using var ledger = TestLedger.New(engine);
        var (purse, bank) = (await ledger.OpenPurse(), await ledger.Open());
        var order = ledger.Order(purse, bank, 100);

        Refused(LedgerRefusals.InsufficientFunds, await ledger.Post(order));
        Accepted(await ledger.Post(bank, purse, 100));

        Assert.Equal(100, Accepted(await ledger.Post(order)).Amount);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Nobody_can_take_the_id_by_which_the_ledger_will_free_a_reservation(Engine engine)
    {
        var clock = new ManualClock();
        await using var ledger = TestLedger.New(engine, clock);
        var (one, two) = (await ledger.Open(), await ledger.Open());
        var soon = clock.GetUtcNow().AddHours(1);
        var reserve = ledger.Order(one, two, 5, TransferKind.Reserve) with { ExpiresAt = soon };
        var taken = ledger.Order(one, two, 5, TransferKind.Reserve) with { ExpiresAt = soon };
        Accepted(await ledger.Post(ledger.Order(one, two, 1) with { Id = Book.ExpiryId(taken.Id) }));

        Accepted(await ledger.Post(reserve));

        Refused(LedgerRefusals.IdUsedDifferently, await ledger.Post(taken));
        var thief = ledger.Order(one, two, 1) with { Id = Book.ExpiryId(reserve.Id) };
        Refused(LedgerRefusals.IdUsedDifferently, await ledger.Post(thief));
        await ledger.Restart();
        Refused(LedgerRefusals.IdUsedDifferently, await ledger.Post(thief));
        clock.Advance(TimeSpan.FromHours(2));
        Refused(LedgerRefusals.IdUsedDifferently, await ledger.Post(thief));
        Assert.Equal(0, (await ledger.Balance(one)).ReservedDebits);
    }
}
