using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Billing;
using TinhSo.Identity;
using TinhSo.Kernel.Storage;
using TinhSo.Markets.BillRuns;
using TinhSo.Testing;
using static TinhSo.Markets.Tests.MarketWorld;

namespace TinhSo.Markets.Tests;

public class BillRunTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_run_bills_each_let_stall_once_and_names_those_left_out_and_later_adds_only_them(Engine engine)
    {
        await using var world = await Start(engine);
        Assert.Equal("markets.board-has-no-account", (await world.Manager.Refused(
            $"/api/v1/markets/{MarketId}/bill-runs", new { period = "2026-10", dueOn = world.Due })).Code);
        await world.MakeBillable();
        var measured = await world.Stall("A-1", "Hộ An");
        await world.Stall("A-2", "Hộ Bình");
        await world.Stall("A-3");
        var meter = new { id = Guid.CreateVersion7(), item = MarketFees.Electricity, serial = "CT-1" };
        await world.Manager.Do($"/api/v1/stalls/{measured}/meters", meter);
        await world.Manager.Do($"/api/v1/meters/{meter.id}/readings", new { period = "2026-09", value = "1000" });

        var run = await world.Run();
        Assert.Equal(("finished", 2, 2, 1), (run.GetProperty("state").GetString(), run.GetProperty("total").GetInt32(),
            run.GetProperty("done").GetInt32(), run.GetProperty("issued").GetInt32()));
        Assert.Equal(["A-1: chưa có chỉ số tiền điện"], run.GetProperty("leftOut").EnumerateArray().Select(l => l.GetString()));
        // 4.5 m² at 33,333 is 149,998.5, and sanitation.
        Assert.Equal([(149_999L + 30_000, "T")], (await Bills(world)).Select(b => (b.Amount, "T")));

        world.Clock.Sleep(TimeSpan.FromMinutes(30));
        await world.Manager.Do($"/api/v1/meters/{meter.id}/readings", new { period = "2026-10", value = "1060" });
        var first = (await Bills(world))[0];
        run = await world.Run();
        Assert.Equal((2, 2, 0), (run.GetProperty("done").GetInt32(), run.GetProperty("issued").GetInt32(),
            run.GetProperty("leftOut").GetArrayLength()));
        var bills = await Bills(world);
        Assert.Equal(2, bills.Count);
        Assert.Contains(bills, b => b.Id == first.Id && b.Number == first.Number && b.Amount == first.Amount);
        var lines = bills.Single(b => b.Id != first.Id).Lines;
        Assert.Equal((60m, 192_000L, "1.000 → 1.060"),
            lines.Where(l => l.Item == MarketFees.Electricity).Select(l => (l.Quantity, l.Amount, l.Note)).Single());

        Assert.Equal(2, (await world.Run()).GetProperty("issued").GetInt32());
        Assert.Equal(2, (await Bills(world)).Count);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_run_that_was_broken_off_is_taken_up_where_it_stopped_by_the_next_start(Engine engine)
    {
        await using var world = await Start(engine);
        await world.MakeBillable();
        await AddStalls(world, 130);
        var runner = world.App.Services.GetRequiredService<BillRunner>();
        await runner.StopAsync(Stop);
        var begun = await world.Manager.Do(
            $"/api/v1/markets/{MarketId}/bill-runs", new { period = "2026-10", dueOn = world.Due });
        var runId = begun.GetProperty("id").GetGuid();

        // One step, and what the process did before it could note that it had done the second.
        Assert.True(await runner.Step(runId, Stop));
        var half = await world.Manager.Get($"/api/v1/bill-runs/{runId}");
        Assert.Equal(("running", 100, 130), (half.GetProperty("state").GetString(),
            half.GetProperty("done").GetInt32(), half.GetProperty("total").GetInt32()));
        Assert.Equal(100, (await Bills(world)).Count);
        Assert.True(await runner.Step(runId, Stop));
        await world.Tables(db => db.BillRuns.ExecuteUpdateAsync(
            set => set.SetProperty(r => r.Done, 100).SetProperty(r => r.Issued, 100).SetProperty(r => r.AfterCode, "S-099"), Stop));
        // While nobody looked, a stall before the place was given up and another was let.
        await world.Tables(db => db.Stalls.Where(s => s.Code == "S-003")
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.TraderId, (Guid?)null), Stop));

        await using var next = new TestApp(world.App.Database, world.Clock);
        using var manager = await next.SignedIn(Roles.MarketManager, Unit);
        var ended = await Ended(manager, runId);

        Assert.Equal(("finished", 130, 130), (ended.GetProperty("state").GetString(),
            ended.GetProperty("done").GetInt32(), ended.GetProperty("issued").GetInt32()));
        var bills = await Bills(world);
        Assert.Equal(130, bills.Select(b => b.Number).Distinct().Count());
        Assert.Equal(130, bills.Select(b => b.Customer).Distinct().Count());
    }

    [Fact]
    public async Task A_run_that_cannot_go_on_says_why_and_holds_up_no_other_market()
    {
        await using var world = await Start(Engine.Sqlite);
        await world.MakeBillable();
        await world.Stall("A-1", "Hộ An");
        await world.Manager.Do("/api/v1/tariffs", new
        {
            unit = Unit,
            item = MarketFees.Sanitation,
            pricePerMeasure = 1_000_000_000,
            validFrom = "2026-10-01",
            legalBasis = "QĐ nhầm",
            reason = "Nhập nhầm",
        });
        await world.Tables(db => db.Stalls.ExecuteUpdateAsync(set => set.SetProperty(s => s.AreaCm2, 900_000_000_000), Stop));

        var run = await world.Run();

        Assert.Equal("stopped", run.GetProperty("state").GetString());
        Assert.NotEmpty(run.GetProperty("fault").GetString()!);
        Assert.Empty(await Bills(world));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Only_the_own_board_runs_bills_and_the_page_shows_how_far_it_is(Engine engine)
    {
        await using var world = await Start(engine);
        await world.MakeBillable();
        await world.Stall("A-1", "Hộ An");
        using var stranger = await world.App.SignedIn(Roles.MarketManager, OtherUnit);
        using var browser = await world.App.Browser(Roles.MarketManager, Unit);
        var path = $"/api/v1/markets/{MarketId}/bill-runs";

        Assert.Equal(HttpStatusCode.Forbidden,
            (await stranger.Refused(path, new { period = "2026-10", dueOn = world.Due })).Status);
        using var wrong = await browser.PostForm($"/markets/{MarketId}/bill-runs", "run", ("period", "x"), ("dueOn", "1/1/2020"));
        var said = await wrong.Content.ReadAsStringAsync(Stop);
        Assert.Contains("#period", said, StringComparison.Ordinal);
        Assert.Contains("#dueOn", said, StringComparison.Ordinal);
        using var begun = await browser.PostForm(
            $"/markets/{MarketId}/bill-runs", "run", ("period", "2026-10"), ("dueOn", world.Due));
        var run = begun.RequestMessage!.RequestUri!.AbsolutePath;
        await Ended(world.Manager, Guid.Parse(run[^36..]));

        Assert.Contains("Đã xong", await browser.Page(run), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await stranger.Status($"/api/v1{run}"));
    }

    private static async Task AddStalls(MarketWorld world, int count)
    {
        var trader = await world.Trader("Hộ An");
        await world.Tables(async db =>
        {
            for (var i = 0; i < count; i++)
            {
                db.Add(new Stalls.Stall
                {
                    Id = Guid.CreateVersion7(),
                    MarketId = MarketId,
                    Code = $"S-{i:D3}",
                    Zone = "A",
                    Goods = "x",
                    AreaCm2 = 45_000,
                    TraderId = trader,
                    ChangedAt = world.Clock.GetUtcNow(),
                });
            }
            return await db.SaveChangesAsync(Stop);
        });
    }

    private static async Task<List<Bill>> Bills(MarketWorld world) =>
        [.. (await world.App.With<IBilling, Kernel.Page<Bill>>(b => b.List(new(Unit, Limit: 200), Stop))).Items];
}
