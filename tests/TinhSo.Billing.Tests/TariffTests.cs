using System.Net;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;
using static TinhSo.Billing.Tests.BillingWorld;

namespace TinhSo.Billing.Tests;

public class TariffTests
{
    private static readonly TariffRate Rate =
        new(Unit, Rent, "", 20_000, new(2026, 1, 1), null, "Quyết định 12/2025/QĐ-UBND");

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_new_rate_ends_the_old_the_day_before_and_rewrites_nothing(Engine engine)
    {
        await using var world = await Start(engine);
        Accepted(await world.Ask(b => b.SetRate(Rate, Stop)));
        Accepted(await world.Ask(b => b.SetRate(Rate with { Class = "Khu A", PricePerMeasure = 30_000 }, Stop)));
        Accepted(await world.Ask(b => b.SetRate(Rate with { PricePerMeasure = 25_000, ValidFrom = new(2026, 7, 1) }, Stop)));

        var rates = await world.Ask(b => b.Rates(Unit, Stop));
        Assert.Equal([(25_000, new DateOnly(2026, 7, 1), (DateOnly?)null), (20_000, new(2026, 1, 1), new(2026, 6, 30)),
            (30_000, new(2026, 1, 1), null)], rates.Select(r => (r.PricePerMeasure, r.ValidFrom, r.ValidTo)));
        foreach (var (day, price) in new[]
        {
            (new DateOnly(2026, 6, 30), 20_000L), (new(2026, 7, 1), 25_000), (new(2030, 1, 1), 25_000),
        })
        {
            var on = await world.Ask(b => b.RatesOn(Unit, day, Stop));
            Assert.Equal((price, 30_000), (on[Rent].PricePerMeasure, on[$"{Rent}/Khu A"].PricePerMeasure));
        }
        Assert.Empty(await world.Ask(b => b.RatesOn(Unit, new(2025, 12, 31), Stop)));
        Assert.Empty(await world.Ask(b => b.RatesOn(Other, new(2026, 7, 1), Stop)));

        // The past is not rewritten, and the same order again is no change.
        foreach (var from in new[] { new DateOnly(2026, 7, 1), new(2026, 3, 1), new(2025, 1, 1) })
        {
            Assert.Equal("billing.rate-not-latest", Refused(await world.Ask(
                b => b.SetRate(Rate with { ValidFrom = from, PricePerMeasure = 1 }, Stop))).Code);
        }
        Accepted(await world.Ask(b => b.SetRate(Rate with { PricePerMeasure = 25_000, ValidFrom = new(2026, 7, 1) }, Stop)));
        Assert.Equal(3, await world.Tables(db => db.Rates.CountAsync(Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Rates_that_are_set_at_once_never_overlap(Engine engine)
    {
        await using var world = await Start(engine);

        await Task.WhenAll(Enumerable.Range(1, 8).Select(month => Task.Run(() => world.Ask(b => b.SetRate(
            Rate with { ValidFrom = new(2026, month, 1), PricePerMeasure = month }, Stop)), Stop)));

        var rates = (await world.Ask(b => b.Rates(Unit, Stop))).OrderBy(r => r.ValidFrom).ToList();
        Assert.All(rates.Zip(rates.Skip(1)), pair => Assert.Equal(pair.Second.ValidFrom.AddDays(-1), pair.First.ValidTo));
        Assert.Null(rates[^1].ValidTo);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_wrong_field_of_a_rate_is_named_and_changes_nothing(Engine engine)
    {
        await using var world = await Start(engine);
        using var manager = await world.As(Roles.MarketManager, Unit);
        var right = new Dictionary<string, object?>
        {
            ["unit"] = Unit,
            ["item"] = Rent,
            ["class"] = "",
            ["pricePerMeasure"] = 20_000,
            ["validFrom"] = "2026-01-01",
            ["legalBasis"] = "QĐ 12",
            ["reason"] = "Theo quyết định của tỉnh",
        };
        foreach (var (field, value) in new (string, object?)[]
        {
            ("unit", null), ("item", null), ("item", "no.such"), ("item", "a\0"), ("class", new string('x', 41)),
            ("class", "a\0"), ("pricePerMeasure", null), ("pricePerMeasure", -1), ("pricePerMeasure", 1_000_000_001),
            ("pricePerMeasure", "twenty"), ("pricePerMeasure", 1.5), ("validFrom", null), ("validFrom", "31/02/2026"),
            ("validFrom", "0001-01-01"), ("legalBasis", null), ("legalBasis", new string('x', 201)),
            ("reason", null), ("reason", " "), ("reason", new string('x', 501)), ("reason", "a\0"),
        })
        {
            var problem = await manager.Refused("/api/v1/tariffs", new Dictionary<string, object?>(right) { [field] = value });
            Assert.Equal((HttpStatusCode.BadRequest, "kernel.invalid"), (problem.Status, problem.Code));
            Assert.Equal([field], problem.Fields);
        }
        Assert.Empty(await world.Ask(b => b.Rates(Unit, Stop)));

        using var stranger = await world.As(Roles.MarketManager, Other);
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Refused("/api/v1/tariffs", right)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, await stranger.Status($"/api/v1/tariffs?unit={Unit}"));
        var set = await manager.Do("/api/v1/tariffs", right);
        // Nobody else could approve it yet: it holds at once, and says so.
        Assert.Equal(("approved", true), (set.GetProperty("state").GetString(), set.GetProperty("alone").GetBoolean()));
        Assert.Equal(1, (await manager.Get($"/api/v1/tariffs?unit={Unit}")).GetArrayLength());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_prefix_of_numbers_belongs_to_one_biller_for_ever(Engine engine)
    {
        await using var world = await Start(engine);
        var biller = (await world.Ask(b => b.FindBiller(Unit, Stop)))!;

        Accepted(await world.Ask(b => b.RegisterBiller(biller with { Name = "Tên mới" }, Stop)));
        foreach (var wrong in new[] { biller with { Unit = "market:new" }, biller with { Prefix = "T9" } })
        {
            Assert.Equal("billing.prefix-taken", Refused(await world.Ask(b => b.RegisterBiller(wrong, Stop))).Code);
        }
        foreach (var prefix in (string[])["a", "T", "t1", "T-1", "ĐHL", "TOOLONG12"])
        {
            Assert.Equal(["prefix"], Refused(await world.Ask(
                b => b.RegisterBiller(biller with { Prefix = prefix }, Stop))).Fields.Keys);
        }
        Assert.Equal(biller with { Name = "Tên mới" }, await world.Ask(b => b.FindBiller(Unit, Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_rate_holds_once_another_person_has_approved_it_and_not_when_another_came_first(Engine engine)
    {
        await using var world = await Start(engine);
        using var manager = await world.As(Roles.MarketManager, Unit);
        using var treasurer = await world.As(Roles.Treasurer, Units.Province);
        object Order(int price, string from) => new
        {
            unit = Unit,
            item = Rent,
            pricePerMeasure = price,
            validFrom = from,
            legalBasis = "QĐ 12",
            reason = "Theo quyết định của tỉnh",
        };

        var first = await manager.Do("/api/v1/tariffs", Order(20_000, "2026-01-01"));
        var second = await manager.Do("/api/v1/tariffs", Order(25_000, "2026-07-01"));
        Assert.Equal("waiting", first.GetProperty("state").GetString());
        Assert.Empty(await world.Ask(b => b.Rates(Unit, Stop)));
        Assert.Equal("identity.same-person", (await manager.Refused(Approve(first), new { })).Code);

        await treasurer.Do(Approve(first), new { });
        var rate = Assert.Single(await world.Tables(db => db.Rates.ToListAsync(Stop)));
        Assert.Equal((20_000, first.GetProperty("proposedBy").GetString()), (rate.PricePerMeasure, rate.SetBy));

        // The second was proposed when there was no rate yet: who approves would not know what it changes.
        var stale = await treasurer.Refused(Approve(second), new { });
        Assert.Equal((HttpStatusCode.Conflict, "identity.proposal-stale"), (stale.Status, stale.Code));
        Assert.Single(await world.Ask(b => b.Rates(Unit, Stop)));
        var anew = await manager.DoWith(treasurer, "/api/v1/tariffs", Order(25_000, "2026-08-01"));
        Assert.Contains("20.000", anew.GetProperty("lines")[3].GetProperty("before").GetProperty("vi").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(2, (await world.Ask(b => b.Rates(Unit, Stop))).Count);
    }

    private static string Approve(System.Text.Json.JsonElement proposal) =>
        $"/api/v1/approvals/{proposal.GetProperty("id").GetGuid()}/approve";
}
