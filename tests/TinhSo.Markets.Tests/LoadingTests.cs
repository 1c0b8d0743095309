using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Storage;
using TinhSo.Places;
using TinhSo.Testing;

namespace TinhSo.Markets.Tests;

public class LoadingTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task Named_markets_are_loaded_with_their_sources_and_again_nothing_changes(Engine engine)
    {
        await using var app = new TestApp(engine, new ManualClock());
        await LoadPlaces(app);

        var first = await app.With<IMarkets, LoadReport>(m => m.LoadNamed(MarketWorld.Reference, Stop));
        var again = await app.With<IMarkets, LoadReport>(m => m.LoadNamed(MarketWorld.Reference, Stop));

        Assert.Empty(first.Faults);
        Assert.True(first.Added > 3);
        Assert.Equal((0, first.Added), (again.Added, again.Unchanged));
        Assert.All(await app.Tables<Storage.MarketsDb, List<Markets.Market>>(db => db.Markets.ToListAsync(Stop)), market =>
        {
            Assert.False(market.Demo);
            Assert.NotEmpty(market.Source);
            // No source gives a verified count of points, so no class is claimed.
            Assert.Equal(0, market.Class);
        });
    }

    [Fact]
    public async Task The_demonstration_has_the_published_numbers_of_markets_all_marked_and_again_nothing_changes()
    {
        await using var app = new TestApp(Engine.Sqlite, new ManualClock());
        await LoadPlaces(app);

        var made = await app.With<IMarkets, DemoMarkets>(m => m.LoadDemo(Stop));
        var facts = await Facts(app);
        var again = await app.With<IMarkets, DemoMarkets>(m => m.LoadDemo(Stop));

        var markets = await app.Tables<Storage.MarketsDb, List<Markets.Market>>(db => db.Markets.AsNoTracking().ToListAsync(Stop));
        Assert.Equal([(1, 22), (2, 23), (3, 90)],
            markets.GroupBy(m => m.Class).OrderBy(g => g.Key).Select(g => (g.Key, g.Count())));
        Assert.Equal(120, markets.Count(m => m.DigitalSince is not null));
        Assert.All(markets, m => Assert.True(m.Demo));
        Assert.All(markets, m => Assert.NotNull(m.PayeeId));
        Assert.Equal(0, await app.Tables<Storage.MarketsDb, int>(db => db.Traders.CountAsync(t => !t.Demo, Stop)));
        Assert.True(made.Traders.Count > 50);
        Assert.Equal((made.MarketId, made.Traders.Count), (again.MarketId, again.Traders.Count));
        Assert.Equal(facts, await Facts(app));
        var unsigned = await app.Tables<Storage.MarketsDb, int>(db => db.Signs.CountAsync(s => s.RevokedAt != null, Stop));
        Assert.Equal(0, unsigned);
    }

    private static Task<int> Facts(TestApp app) => app.With<FactLog, int>(async log =>
    {
        var (count, last) = (0, Guid.Empty);
        while (await log.Read(last, 5_000, Stop) is { Count: > 0 } next)
        {
            (count, last) = (count + next.Count(f => f.Name.StartsWith("markets.", StringComparison.Ordinal)), next[^1].Id);
        }
        return count;
    });

    private static Task<PlacesLoaded> LoadPlaces(TestApp app) => app.With<ILoadPlaces, PlacesLoaded>(
        load => load.Load(Path.Combine(MarketWorld.Reference, "admin-units"), Stop));
}
