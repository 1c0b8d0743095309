using System.Net;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Payments;
using TinhSo.Testing;
using static TinhSo.Billing.Tests.BillingWorld;

namespace TinhSo.Billing.Tests;

public class SettleTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Cash_is_taken_by_a_collector_of_that_market_alone_and_pays_the_bill(Engine engine)
    {
        await using var world = await Start(engine);
        var bill = await world.Issue(world.Order("An"));
        using var collector = await world.As(Roles.Collector, Unit);
        using var stranger = await world.As(Roles.Collector, Other);
        using var trader = await world.As(Roles.Trader, Unit);
        var path = $"/api/v1/bills/{bill.Id}/cash";
        var cash = new { paymentId = Guid.CreateVersion7() };

        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Refused(path, cash)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await trader.Refused(path, cash)).Status);
        Assert.Equal(["paymentId"], (await collector.Refused(path, new { })).Fields);
        Assert.Equal(["paymentId"], (await collector.Refused(path, new { paymentId = "x" })).Fields);
        Assert.Equal(HttpStatusCode.NotFound,
            (await collector.Refused($"/api/v1/bills/{Guid.CreateVersion7()}/cash", cash)).Status);
        await world.App.DeliverFacts();
        Assert.Equal(BillState.Issued, (await world.Ask(b => b.Find(bill.Id, Stop)))!.State);

        var receipt = await collector.Do(path, cash);
        Assert.Equal(receipt.GetRawText(), (await collector.Do(path, cash)).GetRawText());
        await world.App.DeliverFacts();

        var paid = (await world.Ask(b => b.Find(bill.Id, Stop)))!;
        Assert.Equal((BillState.Paid, "cash", receipt.GetProperty("code").GetString()),
            (paid.State, paid.Channel, paid.ReceiptCode));
        Assert.Equal(["billing.bill-issued.v1", "billing.bill-paid.v1"], await world.Facts());
        Assert.Equal("payments.already-paid",
            (await collector.Refused(path, new { paymentId = Guid.CreateVersion7() })).Code);
        Assert.Equal(["issued", "paid"], await Changes(world, bill.Id));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_bill_past_its_day_can_still_be_paid_and_counts_as_late(Engine engine)
    {
        await using var world = await Start(engine);
        var bill = await world.Issue(world.Order("An"));
        world.Clock.Sleep(TimeSpan.FromDays(40));
        using var later = await world.As(Roles.Collector, Unit);

        var page = await world.App.CreateClient().Page($"/pay/{bill.PayCode}");
        Assert.Contains(Words.Dong(bill.Amount), page, StringComparison.Ordinal);
        Assert.Contains($"TS{bill.PayCode}", page, StringComparison.Ordinal);
        using var browser = await world.App.Browser(Roles.Collector, Unit);
        Assert.Contains("Quá hạn", await browser.Page($"/bills/{bill.Id}"), StringComparison.Ordinal);

        await later.Do($"/api/v1/bills/{bill.Id}/cash", new { paymentId = Guid.CreateVersion7() });
        await world.App.DeliverFacts();

        Assert.Equal(BillState.Paid, (await world.Ask(b => b.Find(bill.Id, Stop)))!.State);
        var facts = await world.App.With<Kernel.Facts.FactLog, IReadOnlyList<Kernel.Facts.NamedFact>>(
            log => log.Read(Guid.Empty, 1_000, Stop));
        Assert.Contains("\"onTime\":false", facts.Single(f => f.Name == BillPaid.Name).Body, StringComparison.Ordinal);
        Assert.Contains("\"late\":true", facts.Single(f => f.Name == PaymentReceived.Name).Body, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Money_that_was_given_back_shows_on_the_bill(Engine engine)
    {
        await using var world = await Start(engine);
        var bill = await world.Issue(world.Order("An"));
        using var manager = await world.As(Roles.MarketManager, Unit);
        using var treasurer = await world.As(Roles.Treasurer, Units.Province);
        var paymentId = Guid.CreateVersion7();
        await manager.Do($"/api/v1/bills/{bill.Id}/cash", new { paymentId });
        await world.App.DeliverFacts();

        var id = Guid.CreateVersion7();
        await manager.Do("/api/v1/payments/refunds",
            new { id, paymentId, amount = bill.Amount, reason = "Thu nhầm quầy" });
        await treasurer.Do($"/api/v1/payments/refunds/{id}/approve", new { approved = true });
        await world.App.DeliverFacts();

        Assert.Equal(BillState.Refunded, (await world.Ask(b => b.Find(bill.Id, Stop)))!.State);
        Assert.Equal(["issued", "paid", "refunded"], await Changes(world, bill.Id));
        Assert.Equal("billing.not-owed",
            (await manager.Refused($"/api/v1/bills/{bill.Id}/cancel", new { reason = "x" })).Code);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_bill_is_withdrawn_with_a_reason_and_only_while_it_is_owed(Engine engine)
    {
        await using var world = await Start(engine);
        var (owed, paid) = (await world.Issue(world.Order("An")), await world.Issue(world.Order("Bình")));
        using var manager = await world.As(Roles.MarketManager, Unit);
        using var collector = await world.As(Roles.Collector, Unit);
        using var stranger = await world.As(Roles.MarketManager, Other);
        var path = $"/api/v1/bills/{owed.Id}/cancel";
        foreach (var reason in new[] { null, " ", "a\u0007b", new string('x', 301) })
        {
            Assert.Equal(["reason"], (await manager.Refused(path, new { reason })).Fields);
        }
        Assert.Equal(HttpStatusCode.Forbidden, (await collector.Refused(path, new { reason = "x" })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Refused(path, new { reason = "x" })).Status);
        Assert.Equal(["billing.bill-issued.v1", "billing.bill-issued.v1"], await world.Facts());

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => manager.Send(path, new { reason = "Lập nhầm" })));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(BillState.Cancelled, (await world.Ask(b => b.Find(owed.Id, Stop)))!.State);
        Assert.Equal(["issued", "cancelled"], await Changes(world, owed.Id));
        Assert.Single(await world.Facts(), "billing.bill-cancelled.v1");
        Assert.Equal("payments.already-cancelled", (await collector.Refused(
            $"/api/v1/bills/{owed.Id}/cash", new { paymentId = Guid.CreateVersion7() })).Code);

        await collector.Do($"/api/v1/bills/{paid.Id}/cash", new { paymentId = Guid.CreateVersion7() });
        // Also before billing has heard of the money: Payments knows.
        Assert.Equal(HttpStatusCode.Conflict,
            (await manager.Refused($"/api/v1/bills/{paid.Id}/cancel", new { reason = "x" })).Status);
        await world.App.DeliverFacts();
        Assert.Equal("billing.not-owed",
            (await manager.Refused($"/api/v1/bills/{paid.Id}/cancel", new { reason = "x" })).Code);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_pages_do_the_same_by_forms(Engine engine)
    {
        await using var world = await Start(engine);
        var (first, second) = (await world.Issue(world.Order("An")), await world.Issue(world.Order("Bình")));
        using var browser = await world.App.Browser(Roles.MarketManager, Unit);

        using var taken = await browser.PostForm($"/bills/{first.Id}/cash", "cash");
        Assert.StartsWith("/receipt/", taken.RequestMessage!.RequestUri!.AbsolutePath, StringComparison.Ordinal);
        using var refused = await browser.PostForm($"/bills/{second.Id}", "cancel", ("reason", ""));
        Assert.Contains("#reason", await refused.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var cancelled = await browser.PostForm($"/bills/{second.Id}", "cancel", ("reason", "Lập nhầm"));
        await world.App.DeliverFacts();

        Assert.Equal((BillState.Paid, BillState.Cancelled), ((await world.Ask(b => b.Find(first.Id, Stop)))!.State,
            (await world.Ask(b => b.Find(second.Id, Stop)))!.State));
        Assert.Contains("Lập nhầm", await browser.Page($"/bills/{second.Id}"), StringComparison.Ordinal);
    }

    private static Task<List<string>> Changes(BillingWorld world, Guid billId) => world.Tables(
        db => db.Changes.Where(c => c.BillId == billId).OrderBy(c => c.Id).Select(c => c.What).ToListAsync(Stop));
}
