using System.Net;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;
using static TinhSo.Markets.Tests.MarketWorld;

namespace TinhSo.Markets.Tests;

public class MarketTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_market_is_told_of_exactly_when_something_that_others_know_changed(Engine engine)
    {
        await using var world = await Start(engine);
        await world.LoadPlaces();
        var stall = await world.Stall("A-1");
        var place = world.App.Services.GetService(typeof(Places.IPlaces)) is Places.IPlaces places
            ? places.Communes(world.Clock.Today())[0].Code : "";
        var described = new { name = "Chợ Hạ Long I", points = "401", building = "solid", place, digitalSince = "01/08/2022" };
        Assert.Single(await world.Facts("markets.market-described.v1"));

        await world.Manager.Do($"/api/v1/markets/{MarketId}/describe", described);
        await world.Manager.Do($"/api/v1/markets/{MarketId}/describe", described);
        // The count of points alone is nobody else's business.
        await world.Manager.Do($"/api/v1/markets/{MarketId}/describe", described with { points = "402" });

        var facts = await world.Facts("markets.market-described.v1");
        Assert.Equal(2, facts.Count);
        Assert.Equal((1, place, true), (facts[1].GetProperty("class").GetInt32(),
            facts[1].GetProperty("place").GetString(), facts[1].GetProperty("digital").GetBoolean()));
        // Its stalls tell class and place too.
        var stalls = await world.Facts("markets.stall-described.v1");
        Assert.Equal([0, 1], stalls.Select(f => f.GetProperty("class").GetInt32()));
        Assert.All(stalls, f => Assert.Equal(stall, f.GetProperty("stallId").GetGuid()));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_board_describes_its_own_market_alone_and_only_administrators_register(Engine engine)
    {
        await using var world = await Start(engine);
        using var stranger = await world.App.SignedIn(Roles.MarketManager, OtherUnit);
        using var collector = await world.App.SignedIn(Roles.Collector, Unit);
        var another = Market(Ids.From("test.market", "2"), "Chợ khác", "HL2");

        Assert.Equal(HttpStatusCode.Forbidden, (await world.Manager.Refused("/api/v1/markets", another)).Status);
        foreach (var client in new[] { stranger, collector })
        {
            Assert.Equal(HttpStatusCode.Forbidden,
                (await client.Refused($"/api/v1/markets/{MarketId}/describe", new { name = "x" })).Status);
        }
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Refused($"/api/v1/markets/{MarketId}/stalls",
            new { id = Guid.CreateVersion7(), code = "A", zone = "A", goods = "x", areaM2 = "1" })).Status);
        Assert.Equal(HttpStatusCode.NotFound, await stranger.Status($"/api/v1/markets/{MarketId}"));
        Assert.Equal(HttpStatusCode.NotFound, await stranger.Status($"/api/v1/markets/{MarketId}/stalls"));
        Assert.Equal(0, (await stranger.Get("/api/v1/markets")).GetProperty("items").GetArrayLength());
        Assert.Equal("markets.prefix-taken", (await world.Admin.Refused("/api/v1/markets",
            Market(Ids.From("test.market", "2"), "Chợ khác", "hl1"))).Code);
        await world.Admin.Do("/api/v1/markets", another);
        Assert.Equal(1, (await stranger.Get("/api/v1/markets?q=khac")).GetProperty("items").GetArrayLength());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_wrong_field_of_every_order_is_named_and_changes_nothing(Engine engine)
    {
        await using var world = await Start(engine);
        var stall = await world.Stall("A-1");
        var (id, stalls) = (Guid.CreateVersion7(), $"/api/v1/markets/{MarketId}/stalls");
        var meter = await world.Manager.Do($"/api/v1/stalls/{stall}/meters",
            new { id = Guid.CreateVersion7(), item = MarketFees.Electricity, serial = "CT-1" });
        var readings = $"/api/v1/meters/{meter.GetProperty("id").GetGuid()}/readings";
        object NewMarket(object more) => Market(id, "Chợ mới", "MOI", more);
        object NewStall(object more) => Merge(new()
        {
            ["id"] = id,
            ["code"] = "B-1",
            ["zone"] = "B",
            ["goods"] = "x",
            ["areaM2"] = "1",
        }, more);
        object NewTrader(object more) => Merge(new() { ["id"] = id, ["name"] = "Hộ", ["kind"] = "person" }, more);
        var before = await Count(world);

        foreach (var (client, path, body, field) in new (HttpClient, string, object, string)[]
        {
            (world.Admin, "/api/v1/markets", NewMarket(new { id = Guid.Empty }), "id"),
            (world.Admin, "/api/v1/markets", NewMarket(new { id = "x" }), "id"),
            (world.Admin, "/api/v1/markets", NewMarket(new { name = " " }), "name"),
            (world.Admin, "/api/v1/markets", NewMarket(new { name = "a\0" }), "name"),
            (world.Admin, "/api/v1/markets", NewMarket(new { name = new string('x', 121) }), "name"),
            (world.Admin, "/api/v1/markets", NewMarket(new { prefix = "Đ1" }), "prefix"),
            (world.Admin, "/api/v1/markets", NewMarket(new { prefix = "ABCDEFGHI" }), "prefix"),
            (world.Admin, "/api/v1/markets", NewMarket(new { points = "0" }), "points"),
            (world.Admin, "/api/v1/markets", NewMarket(new { points = "99999999999" }), "points"),
            (world.Admin, "/api/v1/markets", NewMarket(new { points = "4.5" }), "points"),
            (world.Admin, "/api/v1/markets", NewMarket(new { building = "Solid,SemiSolid" }), "building"),
            (world.Admin, "/api/v1/markets", NewMarket(new { building = "3" }), "building"),
            (world.Admin, "/api/v1/markets", NewMarket(new { place = "99999" }), "place"),
            (world.Admin, "/api/v1/markets", NewMarket(new { digitalSince = "yesterday" }), "digitalSince"),
            (world.Admin, "/api/v1/markets", NewMarket(new { source = (string?)null }), "source"),
            (world.Manager, stalls, NewStall(new { id = Guid.Empty }), "id"),
            (world.Manager, stalls, NewStall(new { code = "" }), "code"),
            (world.Manager, stalls, NewStall(new { code = new string('x', 21) }), "code"),
            (world.Manager, stalls, NewStall(new { zone = "" }), "zone"),
            (world.Manager, stalls, NewStall(new { goods = "" }), "goods"),
            (world.Manager, stalls, NewStall(new { areaM2 = "0" }), "areaM2"),
            (world.Manager, stalls, NewStall(new { areaM2 = "-1" }), "areaM2"),
            (world.Manager, stalls, NewStall(new { areaM2 = "10001" }), "areaM2"),
            (world.Manager, stalls, NewStall(new { areaM2 = "1.234,5" }), "areaM2"),
            (world.Manager, stalls, NewStall(new { areaM2 = "0.00001" }), "areaM2"),
            (world.Manager, stalls, NewStall(new { id = stall }), "id"),
            (world.Manager, $"/api/v1/stalls/{stall}/tenancy", new { traderId = id }, "traderId"),
            (world.Manager, $"/api/v1/stalls/{stall}/tenancy", new { traderId = "x" }, "traderId"),
            (world.Manager, $"/api/v1/stalls/{stall}/meters", new { id, item = MarketFees.Rent, serial = "x" }, "item"),
            (world.Manager, $"/api/v1/stalls/{stall}/meters", new { id, item = MarketFees.Water, serial = "" }, "serial"),
            (world.Manager, $"/api/v1/stalls/{stall}/meters", new { item = MarketFees.Water, serial = "x" }, "id"),
            (world.Manager, readings, new { period = "10/2026", value = "1" }, "period"),
            (world.Manager, readings, new { period = "2026-10", value = "-1" }, "value"),
            (world.Manager, readings, new { period = "2026-10", value = "1,5" }, "value"),
            (world.Manager, readings, new { period = "2026-10", value = 5 }, "value"),
            (world.Manager, "/api/v1/traders", NewTrader(new { id = Guid.Empty }), "id"),
            (world.Manager, "/api/v1/traders", NewTrader(new { name = "" }), "name"),
            (world.Manager, "/api/v1/traders", NewTrader(new { kind = "king" }), "kind"),
            (world.Manager, "/api/v1/traders", NewTrader(new { kind = "firm" }), "taxCode"),
            (world.Manager, "/api/v1/traders", NewTrader(new { taxCode = "0100109107" }), "taxCode"),
            (world.Manager, "/api/v1/traders", NewTrader(new { phone = "call me" }), "phone"),
            (world.Manager, "/api/v1/traders", NewTrader(new { accountNumber = "1", accountName = "A" }), "bankBin"),
            (world.Manager, "/api/v1/traders",
                NewTrader(new { bankBin = "970436", accountNumber = "1-2", accountName = "A" }), "accountNumber"),
            (world.Manager, "/api/v1/traders",
                NewTrader(new { bankBin = "970436", accountNumber = "12", accountName = "Ộ" }), "accountName"),
            (world.Manager, $"/api/v1/markets/{MarketId}/account",
                new { bankBin = "000000", accountNumber = "1", accountName = "A" }, "bankBin"),
            (world.Manager, $"/api/v1/markets/{MarketId}/bill-runs", new { period = "x", dueOn = world.Due }, "period"),
            (world.Manager, $"/api/v1/markets/{MarketId}/bill-runs", new { period = "2024-01", dueOn = world.Due }, "period"),
            (world.Manager, $"/api/v1/markets/{MarketId}/bill-runs", new { period = "2027-03", dueOn = world.Due }, "period"),
            (world.Manager, $"/api/v1/markets/{MarketId}/bill-runs", new { period = "2026-10", dueOn = "2026-11-22" }, "dueOn"),
            (world.Manager, $"/api/v1/markets/{MarketId}/bill-runs", new { period = "2026-10", dueOn = "2099-01-01" }, "dueOn"),
        })
        {
            var problem = await client.Refused(path, body);
            Assert.True(problem is { Status: HttpStatusCode.BadRequest, Code: "kernel.invalid" }
                && problem.Fields is [var named] && named == field,
                $"{path} {field}: {problem.Status} {problem.Code} {string.Join(',', problem.Fields)}");
        }

        Assert.Equal(before, await Count(world));
        using var trader = await world.App.SignedIn(Roles.Trader, Units.Payee(id));
        foreach (var (body, field) in new (object, string)[]
        {
            (new { id, signId = id }, "amount"), (new { id, signId = id, amount = 0 }, "amount"),
            (new { id, signId = id, amount = "x" }, "amount"), (new { signId = id, amount = 1 }, "id"),
            (new { id, amount = 1 }, "signId"),
        })
        {
            Assert.Equal([field], (await trader.Refused("/api/v1/my/sales", body)).Fields);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Lists_page_by_cursor_without_gaps_though_names_repeat(Engine engine)
    {
        await using var world = await Start(engine);
        for (var i = 0; i < 7; i++)
        {
            await world.Admin.Do("/api/v1/markets", Market(Guid.CreateVersion7(), "Chợ Đông", $"D{i}X"));
            await world.Stall($"A-{i}");
        }
        foreach (var (path, count) in new[] { ("/api/v1/markets?", 8), ($"/api/v1/markets/{MarketId}/stalls?", 7) })
        {
            var ids = new List<Guid>();
            var next = "";
            do
            {
                var page = await world.Admin.Get($"{path}limit=3&cursor={Uri.EscapeDataString(next)}");
                ids.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetGuid()));
                next = page.GetProperty("next").GetString();
            }
            while (next is not null);
            Assert.Equal(count, ids.Distinct().Count());
            Assert.Equal(count, ids.Count);
        }
        Assert.Equal(7, (await world.Admin.Get("/api/v1/markets?q=%C4%91%C3%B4ng")).GetProperty("items").GetArrayLength());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_long_list_of_traders_with_one_name_is_shown_whole_page_by_page(Engine engine)
    {
        await using var world = await Start(engine);
        await world.Tables(async db =>
        {
            for (var i = 0; i < 60; i++)
            {
                var trader = new Traders.Trader
                {
                    Id = Guid.CreateVersion7(),
                    Name = "Hộ Nguyễn Thị Hoa",
                    Folded = "ho nguyen thi hoa",
                    Kind = Traders.TraderKind.Household,
                    Phone = $"09000000{i:D2}",
                    Demo = false,
                    CreatedAt = world.Clock.GetUtcNow(),
                };
                db.Add(trader);
                await db.SaveChangesAsync(Stop);
                db.Add(new Stalls.Stall
                {
                    Id = Guid.CreateVersion7(),
                    MarketId = MarketId,
                    Code = $"S-{i:D2}",
                    Zone = "A",
                    Goods = "x",
                    AreaCm2 = 1,
                    TraderId = trader.Id,
                    ChangedAt = world.Clock.GetUtcNow(),
                });
            }
            return await db.SaveChangesAsync(Stop);
        });
        using var browser = await world.App.Browser(Roles.MarketManager, Unit);

        var first = await browser.Page($"/markets/{MarketId}/traders");
        var next = System.Text.RegularExpressions.Regex.Match(first, "/traders\\?after=[^\"]+").Value;
        var second = await browser.Page($"/markets/{MarketId}{next}");

        var shown = System.Text.RegularExpressions.Regex.Matches(first + second, "S-[0-9]{2}").Select(m => m.Value);
        Assert.Equal(60, shown.Distinct().Count());
    }

    private static Task<(int, int, int, int, int)> Count(MarketWorld world) => world.Tables(async db => (
        await db.Markets.CountAsync(Stop), await db.Stalls.CountAsync(Stop), await db.Traders.CountAsync(Stop),
        await db.Meters.CountAsync(Stop) + await db.Readings.CountAsync(Stop), await db.BillRuns.CountAsync(Stop)));
}
