using Microsoft.EntityFrameworkCore;
using TinhSo.Indicators.Figures;
using TinhSo.Kernel;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Indicators.Tests;

public sealed class CountTests
{
    private const string Fees = "market.fees";
    private const string Sale = "market.sale";

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Shares_of_fees_count_by_amount_and_by_number_and_by_place(Engine engine)
    {
        await using var host = await IndicatorsHost.Loaded(engine);
        await host.Pay(Fees, "vietqr", 300_000, "06652");
        await host.Pay(Fees, "bank-transfer", 100_000, "06658");
        await host.Pay(Fees, "cash", 100_000, "06652");
        await host.CatchUp();

        Assert.Equal(80m, await host.Value("market.fees.cashless-share-amount"));
        Assert.Equal(66.67m, await host.Value("market.fees.cashless-share-number"));
        Assert.Equal(75m, await host.Value("market.fees.cashless-share-amount", 0, new Narrowing(Place: "06652")));
        Assert.Equal(100_000m, await host.Value("market.fees.collected", 0, new Narrowing(Channel: "cash")));
        Assert.Equal(2m, await host.Value("payments.electronic-count"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Cards_and_wallets_count_as_cashless_and_notes_at_a_partner_s_counter_do_not(Engine engine)
    {
        await using var host = await IndicatorsHost.Loaded(engine);
        foreach (var channel in (string[])["card", "wallet", "counter", "cash"])
        {
            await host.Pay(Fees, channel, 100_000, "06652");
        }
        await host.CatchUp();

        Assert.Equal(50m, await host.Value("market.fees.cashless-share-amount"));
        Assert.Equal(100_000m, await host.Value("market.fees.collected", 0, new Narrowing(Channel: "wallet")));
        Assert.Equal(2m, await host.Value("payments.electronic-count"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_reversed_or_given_back_is_subtracted_in_the_month_in_which_that_happened(Engine engine)
    {
        await using var host = await IndicatorsHost.Loaded(engine);
        var first = await host.Pay(Fees, "vietqr", 300_000, "06652");
        await host.Pay(Fees, "vietqr", 500_000, "06652");
        host.Clock.Advance(TimeSpan.FromDays(20));
        await host.Pay(Fees, "vietqr", 900_000, "06652");
        await host.Reverse(first);
        var back = await host.Pay(Fees, "vietqr", 100_000, "06652", back: true);
        await host.Tell(new PaymentRefunded(Guid.CreateVersion7(), 100_000, Fees, "vietqr", "06652", "bill:1", back.Id,
            back.PostedAt));
        await host.CatchUp();

        Assert.Equal(800_000m, await host.Value("market.fees.collected", -1));
        Assert.Equal(500_000m, await host.Value("market.fees.collected"));
        Assert.Equal(2m, await host.Value("payments.electronic-count", -1));
        Assert.Equal(0m, await host.Value("payments.electronic-count"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Acceptance_activity_and_share_of_sales_are_three_figures(Engine engine)
    {
        await using var host = await IndicatorsHost.Loaded(engine);
        var now = host.Clock.GetUtcNow();
        var market = Ids.New(host.Clock);
        var stalls = Enumerable.Range(0, 4).Select(i => Ids.From("stall", $"{i}")).ToList();
        foreach (var (stall, i) in stalls.Select((s, i) => (s, i)))
        {
            await host.Tell(new StallDescribed(stall, market, 1, "06652", Guid.CreateVersion7(), i < 3, now));
        }
        await host.Sell(stalls[0], "vietqr", 10_000, "06652");
        await host.Sell(stalls[0], "vietqr", 10_000, "06652");
        await host.Sell(stalls[1], "cash", 180_000, "06652");
        await host.CatchUp();

        Assert.Equal(75m, await host.Value("market.stalls.acceptance-share"));
        Assert.Equal(25m, await host.Value("market.stalls.active-share"));
        Assert.Equal(10m, await host.Value("market.sales.cashless-share"));
        host.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(0m, await host.Value("market.stalls.active-share"));
        Assert.Equal(75m, await host.Value("market.stalls.acceptance-share"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_newest_record_of_a_market_counts_even_when_an_older_one_comes_late(Engine engine)
    {
        await using var host = await IndicatorsHost.Loaded(engine);
        var (market, now) = (Ids.New(host.Clock), host.Clock.GetUtcNow());
        await host.Tell(new MarketDescribed(market, "Chợ A", 2, "06652", true, false, now));
        await host.CatchUp();
        await host.Tell(new MarketDescribed(market, "Chợ A", 3, "06658", false, false, now.AddMonths(-2)));
        await host.CatchUp();

        Assert.Equal([0m, 0m, 100m], [await host.Value("market.digital.share", -2),
            await host.Value("market.digital.share", -1), await host.Value("market.digital.share")]);
        Assert.Equal(1m, await host.Value("market.digital.count", 0, new Narrowing(Class: "2")));
        Assert.Null(await host.Value("market.digital.share", 0, new Narrowing(Class: "3")));
        Assert.False((await host.Book()).HasDemo);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_withdrawn_bill_counts_nowhere_even_when_its_withdrawal_is_heard_first(Engine engine)
    {
        await using var host = await IndicatorsHost.Loaded(engine);
        var (now, month) = (host.Clock.GetUtcNow(), host.Month());
        Guid[] bills = [Ids.From("bill", "1"), Ids.From("bill", "2"), Ids.From("bill", "3")];
        await host.Tell(new BillCancelled(bills[0], 70_000, now));
        await host.CatchUp();
        foreach (var bill in bills)
        {
            await host.Tell(new BillIssued(bill, month, "06652", 70_000, now));
        }
        await host.Tell(new BillPaid(bills[1], month, "06652", 70_000, "vietqr", "R1", Guid.CreateVersion7(), false,
            now.AddMonths(1)));
        await host.CatchUp();

        Assert.Equal(140_000m, await host.Value("billing.billed"));
        Assert.Equal(70_000m, await host.Value("billing.outstanding"));
        Assert.Equal(50m, await host.Value("billing.paid-share"));
        Assert.Equal(0m, await host.Value("billing.on-time-share"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_demonstration_market_marks_the_figures(Engine engine)
    {
        await using var host = await IndicatorsHost.Loaded(engine);
        await host.Tell(new MarketDescribed(Ids.New(host.Clock), "Chợ mẫu", 1, null, true, true,
            host.Clock.GetUtcNow()));
        await host.CatchUp();

        Assert.True((await host.Book()).HasDemo);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Verification_finds_a_sum_that_was_tampered_with_and_recomputing_mends_it(Engine engine)
    {
        await using var host = await IndicatorsHost.Loaded(engine);
        await host.Pay(Fees, "vietqr", 300_000, "06652");
        await host.CatchUp();
        await host.With(db => db.Rollups.ExecuteUpdateAsync(
            set => set.SetProperty(r => r.Amount, 1), IndicatorsHost.Stop));

        var found = await host.Use(i => i.Verify(IndicatorsHost.Stop));
        var recounted = await host.Use(i => i.Recompute(IndicatorsHost.Stop));
        var mended = await host.Use(i => i.Verify(IndicatorsHost.Stop));

        Assert.NotEmpty(found.Differences);
        Assert.Equal(1, recounted.Transfers);
        Assert.Empty(mended.Differences);
        Assert.True(mended.Compared > 0);
        Assert.Equal(300_000m, await host.Value("market.fees.collected"));
    }
}
