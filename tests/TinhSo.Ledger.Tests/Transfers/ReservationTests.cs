using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Books;
using TinhSo.Testing;
using static TinhSo.Ledger.Tests.TestLedger;

namespace TinhSo.Ledger.Tests.Transfers;

public class ReservationTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_reserved_cannot_be_spent_and_is_captured_or_freed(Engine engine)
    {
        await using var ledger = TestLedger.New(engine);
        var (purse, bank) = (await ledger.OpenPurse(holds: 100), await ledger.Open());

        var reserved = Accepted(await ledger.Post(ledger.Order(purse, bank, 80, TransferKind.Reserve)));
        Assert.Equal(new LedgerBalance(0, 100, 80, 0), await ledger.Balance(purse));
        Assert.Equal(new LedgerBalance(0, 0, 0, 80), await ledger.Balance(bank));
        Refused(LedgerRefusals.InsufficientFunds, await ledger.Post(purse, bank, 21));

        var captured = Accepted(await ledger.Post(ledger.Settle(TransferKind.Capture, reserved, 50)));
        Assert.Equal((purse, bank, 50L), (captured.Debit, captured.Credit, captured.Amount));
        Assert.Equal(new LedgerBalance(50, 100, 0, 0), await ledger.Balance(purse));
        Assert.Equal(new LedgerBalance(0, 50, 0, 0), await ledger.Balance(bank));

        var other = Accepted(await ledger.Post(ledger.Order(purse, bank, 50, TransferKind.Reserve)));
        var released = Accepted(await ledger.Post(ledger.Settle(TransferKind.Release, other)));
        Assert.Equal(50, released.Amount);
        Assert.Equal(new LedgerBalance(50, 100, 0, 0), await ledger.Balance(purse));

        Accepted(await ledger.Post(ledger.Settle(TransferKind.Reverse, captured)));
        Assert.Equal(new LedgerBalance(50, 150, 0, 0), await ledger.Balance(purse));
        Refused(LedgerRefusals.AlreadySettled, await ledger.Post(ledger.Settle(TransferKind.Reverse, captured)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_till_cannot_give_more_than_it_took(Engine engine)
    {
        await using var ledger = TestLedger.New(engine);
        var (till, payee) = (await ledger.Open(AccountRules.CreditsMustNotExceedDebits), await ledger.Open());
        Accepted(await ledger.Post(till, payee, 100));

        var reserved = Accepted(await ledger.Post(ledger.Order(payee, till, 60, TransferKind.Reserve)));

        Refused(LedgerRefusals.InsufficientFunds, await ledger.Post(payee, till, 41));
        Accepted(await ledger.Post(payee, till, 40));
        Accepted(await ledger.Post(ledger.Settle(TransferKind.Capture, reserved, 60)));
        Assert.Equal(new LedgerBalance(100, 100, 0, 0), await ledger.Balance(till));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_reservation_frees_itself_when_its_time_comes_and_the_log_says_so(Engine engine)
    {
        var clock = new ManualClock();
        await using var ledger = TestLedger.New(engine, clock);
        var (purse, bank) = (await ledger.OpenPurse(holds: 100), await ledger.Open());
        var order = ledger.Order(purse, bank, 100, TransferKind.Reserve);
        var reserved = Accepted(await ledger.Post(order with { ExpiresAt = clock.GetUtcNow().AddMinutes(10) }));
        var settled = Accepted(await ledger.Post(
            ledger.Order(bank, purse, 7, TransferKind.Reserve) with { ExpiresAt = clock.GetUtcNow().AddMinutes(5) }));
        Accepted(await ledger.Post(ledger.Settle(TransferKind.Capture, settled, 7)));

        clock.Advance(TimeSpan.FromMinutes(9));
        Refused(LedgerRefusals.InsufficientFunds, await ledger.Post(purse, bank, 8));
        clock.Advance(TimeSpan.FromMinutes(1));

        // Nobody gives another order: the clock alone frees it.
        await Eventually(async () => (await ledger.Log()).Count == 5);
        var release = (await ledger.Log())[^1];
        Assert.Equal(
            (Book.ExpiryId(reserved.Id), TransferKind.Release, purse, bank, 100L, reserved.Id, Book.ExpiredCode),
            (release.Id, release.Kind, release.Debit, release.Credit, release.Amount, release.Original, release.Code));
        Assert.Equal(clock.GetUtcNow(), release.PostedAt);
        Assert.Equal(new LedgerBalance(0, 107, 0, 0), await ledger.Balance(purse));
        Refused(LedgerRefusals.Expired, await ledger.Post(ledger.Settle(TransferKind.Capture, reserved, 1)));
        Accepted(await ledger.Post(purse, bank, 107));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_reservation_that_expired_while_the_ledger_was_away_is_freed_when_it_is_back(Engine engine)
    {
        var clock = new ManualClock();
        await using var ledger = TestLedger.New(engine, clock);
        var (purse, bank) = (await ledger.OpenPurse(holds: 100), await ledger.Open());
        var order = ledger.Order(purse, bank, 100, TransferKind.Reserve);
        Accepted(await ledger.Post(order with { ExpiresAt = clock.GetUtcNow().AddMinutes(10) }));
        await ledger.DisposeAsync();
        clock.Advance(TimeSpan.FromHours(1));

        await ledger.Restart();

        Accepted(await ledger.Post(purse, bank, 100));
        Assert.Equal(new LedgerBalance(100, 100, 0, 0), await ledger.Balance(purse));
        Assert.Equal(4, (await ledger.Log()).Count);
    }

    private static async Task Eventually(Func<Task<bool>> isTrue)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await isTrue())
        {
            await Task.Delay(5, patience.Token);
        }
    }
}
