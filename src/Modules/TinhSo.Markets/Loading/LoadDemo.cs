using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Billing;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Markets.Markets;
using TinhSo.Markets.Meters;
using TinhSo.Markets.Signs;
using TinhSo.Markets.Stalls;
using TinhSo.Markets.Storage;
using TinhSo.Markets.Traders;
using TinhSo.Places;

namespace TinhSo.Markets.Loading;

/// <summary>Makes a believable province of markets, all of it marked as demonstration.</summary>
/// <remarks>
/// As many markets of each class as the province has published (22, 23 and 90), as many of them digital (22, 23, 75).
/// Everything goes through the same use cases as a person's work, and every identifier follows from a number, so that
/// loading again, or after a break, adds only what is missing.
/// </remarks>
internal sealed class LoadDemo(
    MarketsDb db, RegisterMarket markets, SetBoardAccount accounts, KeepStalls stalls, RegisterTrader traders,
    IssueSign signs, IBilling billing, IPlaces places, TimeProvider clock, IServiceScopeFactory scopes)
{
    // While one market waits for the ledger's disk, others go on.
    private const int MarketsAtOnce = 4;

    private sealed record Plan(int Class, int Markets, int Digital, int Points, int Stalls, double AcceptsCashless);

    private static readonly Plan[] Plans =
    [
        new(1, 22, 22, 420, 24, 0.95),
        new(2, 23, 23, 240, 12, 0.92),
        new(3, 90, 75, 80, 6, 0.88),
    ];

    private const int StallsOfFirstMarket = 120;
    private static readonly DateOnly TariffsFrom = new(2025, 7, 1);

    public async Task<DemoMarkets> Load(CancellationToken stop)
    {
        foreach (var item in MarketFees.All)
        {
            Demand(await billing.DefineItem(item, stop));
        }
        var communes = places.Communes(clock.Today());
        var all = Plans
            .SelectMany(plan => Enumerable.Range(1, plan.Markets).Select(index => (Plan: plan, Index: index)))
            .Select((market, number) => (market.Plan, market.Index, Number: number));
        await Parallel.ForEachAsync(all, new ParallelOptions
        {
            MaxDegreeOfParallelism = MarketsAtOnce,
            CancellationToken = stop,
        }, async (market, token) =>
        {
            // A scope a market: what its contexts track stays small, and each save looks through all of it.
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<LoadDemo>().LoadMarket(market.Plan, market.Index,
                market.Number, communes[market.Number * 7 % communes.Count].Code, token);
        });
        return await Describe(stop);
    }

    private async Task LoadMarket(Plan plan, int index, int number, string place, CancellationToken stop)
    {
        var id = MarketId(plan.Class, index);
        var name = $"Chợ minh họa {new string('I', plan.Class)}-{index:D2}";
        var stallCount = plan.Class == 1 && index == 1 ? StallsOfFirstMarket : plan.Stalls;
        var let = await db.Stalls.CountAsync(s => s.MarketId == id && s.TraderId != null, stop);
        if (let >= stallCount - (stallCount / 20))
        {
            return;
        }
        var market = Demand(await markets.Register(new MarketOrder(id, name,
            string.Create(CultureInfo.InvariantCulture, $"MH{plan.Class}{index:D2}"), place,
            plan.Points.ToString(CultureInfo.InvariantCulture),
            (plan.Class == 3 ? Building.SemiSolid : Building.Solid).ToString(),
            index <= plan.Digital ? "2024-06-01" : null,
            "Dữ liệu minh họa, không phải chợ có thật", Demo: true), stop));
        Demand(await accounts.Run(id, new BoardAccount(DemoNames.Bank(number),
            string.Create(CultureInfo.InvariantCulture, $"8800{number:D6}"),
            $"BQL {Words.Ascii(name).ToUpperInvariant()}"),
            stop));
        foreach (var (item, price) in new[]
        {
            (MarketFees.Rent, 60_000 - (plan.Class * 12_000L)), (MarketFees.Electricity, 3_200L),
            (MarketFees.Water, 14_500L), (MarketFees.Sanitation, 40_000 - (plan.Class * 5_000L)),
        })
        {
            Demand(await billing.SetRate(new TariffRate(market.Unit, item, "", price, TariffsFrom, null,
                "Mức thu minh họa"), stop));
        }
        for (var s = 1; s <= stallCount; s++)
        {
            await LoadStall(market, plan, number, s, stop);
        }
    }

    private async Task LoadStall(Market market, Plan plan, int number, int index, CancellationToken stop)
    {
        var seed = (number * 131) + index;
        var id = Ids.From("markets.demo.stall", $"{market.Prefix}/{index}");
        var zone = (char)('A' + (index % 3));
        Demand(await stalls.Add(market.Id, new StallOrder(id, $"{zone}-{index:D3}", $"Khu {zone}",
            DemoNames.Goods(seed), (4 + (seed % 9 * 0.5m)).ToString(CultureInfo.InvariantCulture)), stop));
        if (index % 20 == 0)
        {
            // One stall in twenty stands empty, as in any market.
            return;
        }
        var traderId = Ids.From("markets.demo.trader", $"{market.Prefix}/{index}");
        var name = DemoNames.Person(seed);
        var digital = market.DigitalSince is not null && seed * 37 % 100 < plan.AcceptsCashless * 100;
        var account = digital ? string.Create(CultureInfo.InvariantCulture, $"9900{number:D4}{index:D4}") : null;
        Demand(await traders.Register(new TraderOrder(traderId, $"Hộ {name}", nameof(TraderKind.Household), null,
            string.Create(CultureInfo.InvariantCulture, $"09{seed * 7919 % 100_000_000:D8}"),
            digital ? DemoNames.Bank(seed) : null, account, Words.Ascii(name).ToUpperInvariant(), Demo: true), stop));
        Demand(await stalls.Let(id, new TenancyOrder(traderId, "2025-07-01", $"MH-{market.Prefix}-{index:D3}"), stop));
        if (plan.Class < 3)
        {
            await LoadMeters(id, market.Prefix, index, seed, stop);
        }
        if (digital)
        {
            Demand(await signs.Issue(Ids.From("markets.demo.sign", $"{market.Prefix}/{index}"), id, stop));
        }
    }

    private async Task LoadMeters(Guid stallId, string prefix, int index, int seed, CancellationToken stop)
    {
        var thisMonth = clock.Today();
        foreach (var (item, perMonth) in new[]
        {
            (MarketFees.Electricity, 60 + (seed % 140)), (MarketFees.Water, 3 + (seed % 9)),
        })
        {
            var meterId = Ids.From("markets.demo.meter", $"{stallId}/{item}");
            if (await db.Meters.AnyAsync(m => m.Id == meterId, stop))
            {
                continue;
            }
            db.Add(new Meter { Id = meterId, StallId = stallId, Item = item, Serial = $"{prefix}-{index:D3}" });
            for (var back = 2; back >= -1; back--)
            {
                db.Add(new Reading
                {
                    Id = Ids.New(clock),
                    MeterId = meterId,
                    Period = thisMonth.AddMonths(-back).ToString("yyyy-MM", CultureInfo.InvariantCulture),
                    Value = 1_000 + (perMonth * (3 - back)),
                    ReadAt = clock.GetUtcNow(),
                    ReadBy = "system",
                });
            }
        }
        await db.SaveChangesAsync(stop);
    }

    private async Task<DemoMarkets> Describe(CancellationToken stop)
    {
        var id = MarketId(1, 1);
        var own = await (from stall in db.Stalls.AsNoTracking()
                         join trader in db.Traders on stall.TraderId equals trader.Id
                         where stall.MarketId == id && stall.SignId != null
                         orderby stall.Code
                         select new DemoTrader(trader.Id, trader.Name)).ToListAsync(stop);
        return new(id, own);
    }

    private static Guid MarketId(int marketClass, int index) =>
        Ids.From("markets.demo.market", $"{marketClass}/{index}");

    /// <summary>The demonstration is made of orders that are right: a refusal is a fault of this class.</summary>
    private T Demand<T>(Outcome<T> outcome) where T : class
    {
        // What was just saved need not be tracked any longer: thousands of rows would slow each save.
        db.ChangeTracker.Clear();
        return outcome.Match(given => given, refusal => throw new InvalidOperationException(
            $"{refusal.Code}: {string.Join("; ", refusal.Fields.Select(f => $"{f.Key} {f.Value.En}"))}"));
    }
}
