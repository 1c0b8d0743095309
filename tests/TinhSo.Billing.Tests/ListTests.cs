using System.Net;
using FsCheck.Fluent;
using TinhSo.Identity;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;
using static TinhSo.Billing.Tests.BillingWorld;

namespace TinhSo.Billing.Tests;

public class ListTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Pages_of_any_size_hold_every_bill_once_newest_number_first(Engine engine)
    {
        await using var world = await Start(engine);
        Accepted(await world.Ask(b => b.Issue([.. Enumerable.Range(0, 23).Select(i => world.Order($"{i}"))], Stop)));
        Accepted(await world.Ask(b => b.Issue([world.Order("x", Other)], Stop)));
        var all = (await world.Numbers()).Where(n => n.StartsWith("T1", StringComparison.Ordinal)).Reverse().ToList();

        foreach (var limits in Gen.Choose(1, 9).ListOf(30).Sample(6))
        {
            var read = new List<string>();
            string? cursor = null;
            foreach (var limit in limits)
            {
                var page = await world.Ask(b => b.List(new(Unit, Cursor: cursor, Limit: limit), Stop));
                Assert.True(page.Items.Count <= limit);
                read.AddRange(page.Items.Select(b => b.Number));
                if ((cursor = page.Next) is null)
                {
                    break;
                }
            }
            Assert.Equal(all, read);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Bills_are_found_by_words_without_marks_by_number_period_and_state(Engine engine)
    {
        await using var world = await Start(engine);
        await world.Issue(world.Order("Đặng Thị Thủy"));
        await world.Issue(world.Order("Dũng") with { Period = "2026-09" });
        using var manager = await world.As(Roles.MarketManager, Unit);

        foreach (var (query, found) in new[]
        {
            ("q=dang%20thi", 1), ("q=ĐẶNG", 1), ("q=thuy", 1), ("q=000002", 1), ("q=t1-2026-000001", 1), ("q=h%E1%BB%99", 2),
            ("q=%25", 0), ("q=_", 0), ("q=%EF%BF%BE", 0), ("q='%3B--", 0), ("period=2026-09", 1), ("period=2026-08", 0),
            ("state=issued", 2), ("state=paid", 0), ("customer=stall:x", 0), ("limit=1", 1), ("limit=-5", 1),
            ("limit=100000", 2), ("cursor=nothing-of-ours", 2), ("cursor=A", 0),
        })
        {
            var page = await manager.Get($"/api/v1/bills?unit={Unit}&{query}");
            Assert.True(found == page.GetProperty("items").GetArrayLength(), query);
        }
        Assert.Equal(HttpStatusCode.BadRequest, await manager.Status($"/api/v1/bills?unit={Unit}&q=%00"));
        Assert.Equal(HttpStatusCode.BadRequest, await manager.Status($"/api/v1/bills?unit={Unit}&state=none"));
        Assert.Equal(HttpStatusCode.BadRequest, await manager.Status("/api/v1/bills"));
        var totals = await world.Ask(b => b.Totals(Unit, null, Stop));
        Assert.Equal([("2026-10", 1, 90_000L), ("2026-09", 1, 90_000)],
            totals.Select(t => (t.Period, (int)t.Count, t.Amount)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Bills_of_another_unit_are_not_seen_by_changing_ids(Engine engine)
    {
        await using var world = await Start(engine);
        var bill = await world.Issue(world.Order("An"));
        using var own = await world.As(Roles.Collector, Unit);
        using var stranger = await world.As(Roles.Collector, Other);
        using var strangersBrowser = await world.App.Browser(Roles.Collector, Other);
        using var nobody = world.App.CreateClient();

        Assert.Equal(HttpStatusCode.OK, await own.Status($"/api/v1/bills/{bill.Id}"));
        Assert.Equal(HttpStatusCode.NotFound, await stranger.Status($"/api/v1/bills/{bill.Id}"));
        Assert.Equal(HttpStatusCode.Forbidden, await stranger.Status($"/api/v1/bills?unit={Unit}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await nobody.Status($"/api/v1/bills/{bill.Id}"));
        Assert.Equal(HttpStatusCode.NotFound, await strangersBrowser.Status($"/bills/{bill.Id}"));
        Assert.Equal(HttpStatusCode.NotFound, await strangersBrowser.Status($"/bills/{bill.Id}/cash"));
        // A list of pages falls back to the own unit.
        Assert.DoesNotContain(bill.Number, await strangersBrowser.Page($"/bills?unit={Unit}"), StringComparison.Ordinal);
    }
}
