using System.Text.Json;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Markets.Storage;
using TinhSo.Places;
using TinhSo.Testing;

namespace TinhSo.Markets.Tests;

/// <summary>
/// The whole application with one market that is ready to be billed, and what its board does over HTTP.
/// </summary>
internal sealed class MarketWorld : IAsyncDisposable
{
    private MarketWorld(TestApp app, ManualClock clock) => (App, Clock) = (app, clock);

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static string Reference => Path.Combine(AppContext.BaseDirectory, "reference");

    public TestApp App { get; }

    public ManualClock Clock { get; }

    public static Guid MarketId { get; } = Ids.From("test.market", "1");

    public static string Unit { get; } = Units.Market(MarketId);

    public static string OtherUnit { get; } = Units.Market(Ids.From("test.market", "2"));

    public HttpClient Admin { get; private set; } = null!;

    public HttpClient Manager { get; private set; } = null!;

    /// <summary>The last day to pay of every run of the tests.</summary>
    public string Due => $"{Clock.Today().AddDays(10):yyyy-MM-dd}";

    public static object Market(Guid id, string name, string prefix, object? more = null) =>
        Merge(new() { ["id"] = id, ["name"] = name, ["prefix"] = prefix, ["source"] = "thử nghiệm" }, more);

    public static async Task<MarketWorld> Start(Engine engine, params (string Key, string Value)[] settings)
    {
        var clock = new ManualClock();
        var world = new MarketWorld(new TestApp(engine, clock, settings), clock);
        world.Admin = await world.App.SignedIn(Roles.Administrator, Units.Province);
        await world.Admin.Do("/api/v1/markets", Market(MarketId, "Chợ Hạ Long I", "HL1"));
        world.Manager = await world.App.SignedIn(Roles.MarketManager, Unit);
        return world;
    }

    /// <summary>Gives the board an account and sets the rates of all fees, which somebody approves where one is there.
    /// </summary>
    public async Task MakeBillable(HttpClient? approver = null)
    {
        await Manager.Do($"/api/v1/markets/{MarketId}/account",
            new { bankBin = "970436", accountNumber = "0011", accountName = "BQL CHO HA LONG" });
        await App.With<Billing.IBilling, bool>(async billing =>
        {
            foreach (var item in MarketFees.All)
            {
                await billing.DefineItem(item, Stop);
            }
            return true;
        });
        foreach (var (item, price) in new[]
        {
            (MarketFees.Rent, 33_333), (MarketFees.Electricity, 3_200), (MarketFees.Water, 14_500),
            (MarketFees.Sanitation, 30_000),
        })
        {
            var order = new
            {
                unit = Unit,
                item,
                pricePerMeasure = price,
                validFrom = "2026-01-01",
                legalBasis = "QĐ 12/2025/QĐ-UBND",
                reason = "Theo quyết định của tỉnh",
            };
            await (approver is null
                ? Manager.Do("/api/v1/tariffs", order) : Manager.DoWith(approver, "/api/v1/tariffs", order));
        }
    }

    public async Task<Guid> Stall(string code, string? trader = null, bool hasAccount = false)
    {
        var id = Ids.From("test.stall", code);
        await Manager.Do($"/api/v1/markets/{MarketId}/stalls",
            new { id, code, zone = "Khu A", goods = "Hải sản", areaM2 = "4,5" });
        if (trader is not null)
        {
            await Manager.Do($"/api/v1/stalls/{id}/tenancy",
                new { traderId = await Trader(trader, hasAccount ? $"9{code.Length}{code[^1]}" : null) });
        }
        return id;
    }

    public async Task<Guid> Trader(string name, string? account = null, HttpClient? by = null)
    {
        var id = Ids.From("test.trader", name);
        await (by ?? Manager).Do("/api/v1/traders", new
        {
            id,
            name,
            kind = "household",
            bankBin = account is null ? null : "970436",
            accountNumber = account,
            accountName = account is null ? null : "HO KINH DOANH",
        });
        return id;
    }

    /// <summary>Begins a run and waits until it has ended.</summary>
    public async Task<JsonElement> Run(string period = "2026-10")
    {
        var begun = await Manager.Do($"/api/v1/markets/{MarketId}/bill-runs", new { period, dueOn = Due });
        return await Ended(Manager, begun.GetProperty("id").GetGuid());
    }

    public static async Task<JsonElement> Ended(HttpClient client, Guid runId)
    {
        while (true)
        {
            var run = await client.Get($"/api/v1/bill-runs/{runId}");
            if (run.GetProperty("state").GetString() != "running")
            {
                return run;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        }
    }

    public Task<T> Tables<T>(Func<MarketsDb, Task<T>> act) => App.Tables(act);

    /// <summary>The facts of one kind so far.</summary>
    public async Task<List<JsonElement>> Facts(string name) =>
        [.. (await App.With<FactLog, IReadOnlyList<NamedFact>>(log => log.Read(Guid.Empty, 10_000, Stop)))
            .Where(f => f.Name == name).Select(f => JsonDocument.Parse(f.Body).RootElement)];

    public async Task LoadPlaces() => await App.With<ILoadPlaces, PlacesLoaded>(
        load => load.Load(Path.Combine(Reference, "admin-units"), Stop));

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        Manager.Dispose();
        await App.DisposeAsync();
    }

    internal static Dictionary<string, object?> Merge(Dictionary<string, object?> right, object? more)
    {
        foreach (var property in more?.GetType().GetProperties() ?? [])
        {
            right[property.Name] = property.GetValue(more);
        }
        return right;
    }
}
