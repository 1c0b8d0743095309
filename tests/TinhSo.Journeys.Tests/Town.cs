using System.Collections.Concurrent;
using System.Text.Json;
using TinhSo.Billing;
using TinhSo.Identity;
using TinhSo.Indicators;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Markets;
using TinhSo.Places;
using TinhSo.Testing;

namespace TinhSo.Journeys.Tests;

/// <summary>Someone who signs in to a <see cref="Town"/>.</summary>
public sealed record Visitor(string UserName, string Name);

/// <summary>The whole platform on a port and a database of its own, with one small market to walk through.</summary>
/// <remarks>Made as people make it: through the API.</remarks>
public sealed class Town : IAsyncDisposable
{
    /// <summary>Where the market's fees are paid.</summary>
    public const string BoardAccount = "8800123456";

    /// <summary>Where buyers pay the trader.</summary>
    public const string TraderAccount = "0011223344556";

    /// <summary>Where bills of water are paid.</summary>
    public const string WaterAccount = "8800777777";

    /// <summary>With which the bank signs its notices.</summary>
    public const string BankSecret = "a secret of the test";

    /// <summary>A name as long as they come, to see that pages bear it.</summary>
    public const string MarketName = "Chợ trung tâm phường Hồng Gai và khu dân cư Bãi Cháy mở rộng";

    private static readonly string[] WaterAlone = ["utility.water"];

    private static readonly ConcurrentDictionary<Engine, Lazy<Task<Town>>> Built = new();

    private readonly TestApp app;

    private Town(Database database, TimeProvider? clock = null)
    {
        app = new TestApp(database, clock,
            ("Simulator:Enabled", "true"), ("Payments:Providers:sepay:Secret", BankSecret),
            ("Payments:Limits:NoticesPerMinute", "1000000"), ("Payments:Limits:LookupsPerMinute", "1000000"),
            ("Payments:Limits:LivePerMinute", "1000000"),
            // Allowed by name, and not by its network: what is sent there ends before it begins.
            ("Outbound:Hosts", "127.0.0.1"),
            ("Billing:Limits:LookupsPerMinute", "1000000"));
        app.UseKestrel(0);
        app.StartServer();
        Address = new Uri(app.ClientOptions.BaseAddress, "/");
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Where its data is.</summary>
    public Database Database => app.Database;

    /// <inheritdoc cref="TestApp.Failures"/>
    public IReadOnlyCollection<Exception> Failures => app.Failures;

    /// <summary>Its one market.</summary>
    public Guid MarketId { get; private init; } = Guid.CreateVersion7();

    /// <summary>The unit at which the market's people hold their roles.</summary>
    public string Market => Units.Market(MarketId);

    /// <summary>Stalls by code.</summary>
    public Dictionary<string, Guid> Stalls { get; private init; } = [];

    /// <summary>The sign of the first stall.</summary>
    public Guid SignId { get; private set; }

    /// <summary>What the sign's QR code says.</summary>
    public string SignPayload { get; private set; } = "";

    /// <summary>An organisation, which the trader represents.</summary>
    public Guid OrganisationId { get; private init; } = Guid.CreateVersion7();

    /// <summary>A biller of water, which takes parts.</summary>
    public Guid BillerId { get; } = Kernel.Ids.From("journeys.biller", "water");

    /// <summary>The household of the first stall.</summary>
    public Guid TraderId { get; private init; } = Guid.CreateVersion7();

    public Visitor Administrator { get; } = new("quantri", "Đinh Văn Quản");

    public Visitor Manager { get; } = new("truongban", "Phạm Thị Chợ");

    public Visitor Trader { get; } = new("tieuthuong", "Hộ Nguyễn Thị Thanh Thủy");

    public Visitor Treasurer { get; } = new("ketoan1", "Vũ Thị Thu");

    public Visitor OtherTreasurer { get; } = new("ketoan2", "Bùi Minh Chi");

    public Visitor Auditor { get; } = new("kiemtoan", "Cao Thị Soát");

    public Visitor Protector { get; } = new("baove", "Trịnh Thị Kín");

    public Visitor WaterOfficer { get; } = new("canbonuoc", "Hoàng Thị Nước");

    public Visitor Leader { get; } = new("lanhdao", "Lương Thị Hạ");

    /// <summary>The platform without anybody and anything, as it is on the first day.</summary>
    public static Town Empty(Engine engine) => new(TestDatabase.New(engine));

    /// <summary>The platform with reference data, its people, and a market that can make its first bills.</summary>
    /// <remarks>Built once an engine, and copied from then on.</remarks>
    public static async Task<Town> Open(Engine engine)
    {
        var built = await Built.GetOrAdd(engine, new Lazy<Task<Town>>(() => Build(engine))).Value;
        return built.On(TestDatabase.CopyOf(built.app.Database));
    }

    /// <summary>The platform on a database that has been used before, at the time that a clock tells.</summary>
    public static Town Again(Database database, TimeProvider clock) => new(database, clock);

    /// <summary>This town at another time, once nothing of it runs any longer.</summary>
    public Town At(TimeProvider clock) => On(app.Database, clock);

    private Town On(Database database, TimeProvider? clock = null) => new(database, clock)
    {
        MarketId = MarketId,
        TraderId = TraderId,
        OrganisationId = OrganisationId,
        Stalls = Stalls,
        SignId = SignId,
        SignPayload = SignPayload,
    };

    /// <summary>Does something with a service of the platform.</summary>
    public Task<TResult> With<TService, TResult>(Func<TService, Task<TResult>> act) where TService : notnull =>
        app.With(act);

    /// <summary>A program signed in as one of the town's people.</summary>
    public async Task<HttpClient> Api(Visitor visitor)
    {
        var client = new HttpClient { BaseAddress = Address };
        var session = await client.Do("/api/v1/sessions", new { visitor.UserName, TestApp.Password });
        client.DefaultRequestHeaders.Authorization = new("Bearer", session.GetProperty("accessToken").GetString());
        return client;
    }

    /// <summary>A browser of one of the town's people, or of a stranger, that runs no script and shows nothing.</summary>
    public async Task<HttpClient> Visit(Visitor? visitor)
    {
        var client = new HttpClient { BaseAddress = Address };
        if (visitor is not null)
        {
            using var signedIn = await client.PostForm("/sign-in", "sign-in",
                ("userName", visitor.UserName), ("password", TestApp.Password));
            Assert.DoesNotContain("/sign-in", $"{signedIn.RequestMessage!.RequestUri}", StringComparison.Ordinal);
        }
        return client;
    }

    /// <summary>Has somebody else come to town, who holds a role.</summary>
    public async Task<Visitor> Employ(string userName, string role, string unit)
    {
        var visitor = new Visitor(userName, "Người nơi khác");
        await Employ(visitor, role, unit);
        return visitor;
    }

    /// <summary>Has every fact heard that anybody waits for.</summary>
    public Task DeliverFacts() => app.DeliverFacts();

    /// <summary>Every row that a form or a call could add or change.</summary>
    public async Task<IReadOnlyList<string>> Rows()
    {
        await app.DeliverFacts();
        return await TestDatabase.Rows(app.Database, "billing_", "identity_client", "identity_organisation",
            "identity_proposal", "identity_role", "markets_", "payments_", "kernel_fact");
    }

    /// <summary>Has the month's bills made, waits until that has ended, and tells which run it was.</summary>
    public async Task<Guid> RunBills()
    {
        using var manager = await Api(Manager);
        var run = (await manager.Do($"/api/v1/markets/{MarketId}/bill-runs", new { period = Period, dueOn = DueOn }))
            .GetProperty("id").GetGuid();
        while ((await manager.Get($"/api/v1/bill-runs/{run}")).GetProperty("state").GetString() == "running")
        {
            await Task.Delay(50);
        }
        return run;
    }

    /// <summary>The month's bills, once they are made.</summary>
    public async Task<IReadOnlyList<JsonElement>> MakeBills()
    {
        await RunBills();
        using var manager = await Api(Manager);
        return [.. (await manager.Get($"/api/v1/bills?unit={Market}&limit=200")).GetProperty("items").EnumerateArray()];
    }

    /// <summary>The present month.</summary>
    public static string Period => $"{Today:yyyy-MM}";

    /// <summary>A day by which bills can be paid.</summary>
    public static string DueOn => $"{Today.AddDays(15):yyyy-MM-dd}";

    /// <summary>The day it is in Vietnam.</summary>
    public static DateOnly Today => VietnamTime.DayOf(TimeProvider.System.GetUtcNow());

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static async Task<Town> Build(Engine engine)
    {
        var town = Empty(engine);
        await using (town)
        {
            await town.LoadReference();
            await town.Employ();
            await town.BuildMarket();
            await town.BuildBiller();
            await town.app.DeliverFacts();
        }
        TestDatabase.LetGo(town.app.Database);
        return town;
    }

    private async Task LoadReference()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "reference");
        var facts = Path.Combine(AppContext.BaseDirectory, "docs", "facts");
        await app.With<ILoadPlaces, PlacesLoaded>(places => places.Load(Path.Combine(folder, "admin-units"), default));
        await app.With<IIndicators, TinhSo.Indicators.LoadReport>(
            figures => figures.Load(new ReferenceFolders(folder, facts), default));
        await app.With<IBilling, bool>(async billing =>
        {
            foreach (var item in MarketFees.All)
            {
                await billing.DefineItem(item, default);
            }
            await billing.LoadServices(folder, default);
            return true;
        });
    }

    private async Task Employ()
    {
        foreach (var (visitor, role, unit) in new[]
        {
            (Administrator, Roles.Administrator, Units.Province), (Manager, Roles.MarketManager, Market),
            (Trader, Roles.Trader, Units.Payee(TraderId)), (Treasurer, Roles.Treasurer, Units.Province),
            (OtherTreasurer, Roles.Treasurer, Units.Province), (Leader, Roles.Leader, Units.Province),
            (WaterOfficer, Roles.Officer, $"biller:{BillerId}"),
            (Auditor, Roles.Auditor, Units.Province), (Protector, Roles.DataProtection, Units.Province),
        })
        {
            await Employ(visitor, role, unit);
        }
    }

    private Task<bool> Employ(Visitor visitor, string role, string unit) => app.With<IIdentity, bool>(async identity =>
    {
        var id = Ids.From("journeys.person", visitor.UserName);
        await identity.Register(new PersonOrder(id, visitor.UserName, visitor.Name, TestApp.Password), default);
        await identity.Grant(id, role, unit, default);
        return true;
    });

    private async Task BuildMarket()
    {
        using var administrator = await Api(Administrator);
        await administrator.Do("/api/v1/markets", new
        {
            id = MarketId,
            name = MarketName,
            prefix = "HG1",
            place = await Place(),
            points = "420",
            building = "Solid",
            digitalSince = "2024-06-01",
            source = "Chợ của phép thử",
        });
        await administrator.Do("/api/v1/organisations", new
        {
            id = OrganisationId,
            taxCode = "0102182292-998",
            name = "Hợp tác xã thủy sản Vân Đồn",
            kind = "Cooperative",
            commune = await Place(),
            validFrom = "2020-01-01",
        });
        await administrator.Do($"/api/v1/organisations/{OrganisationId}/representatives",
            new { Trader.UserName, reason = "Giấy ủy quyền" });
        using var manager = await Api(Manager);
        using var treasurer = await Api(Treasurer);
        foreach (var (item, price) in new[] { (MarketFees.Rent, 48_000L), (MarketFees.Sanitation, 35_000L) })
        {
            await manager.DoWith(treasurer, "/api/v1/tariffs", new
            {
                unit = Market,
                item,
                pricePerMeasure = price,
                validFrom = "2025-07-01",
                legalBasis = "Quyết định số 12/2025/QĐ-UBND",
                reason = "Mức thu theo quyết định của tỉnh",
            });
        }
        await manager.Do($"/api/v1/markets/{MarketId}/account",
            new { bankBin = "970436", accountNumber = BoardAccount, accountName = "BQL CHO HONG GAI" });
        await manager.Do("/api/v1/traders", new
        {
            id = TraderId,
            name = Trader.Name,
            kind = "Household",
            phone = "0912345678",
            bankBin = "970436",
            accountNumber = TraderAccount,
            accountName = "NGUYEN THI THANH THUY",
        });
        foreach (var (code, goods, area) in new[]
        {
            ("A-001", "Hải sản khô, mực một nắng, chả mực giã tay Hạ Long", "6,5"), ("A-002", "Rau củ quả", "4"),
            ("B-001", "Quần áo", "8"), ("B-002", "Đang trống", "5"),
        })
        {
            var id = Guid.CreateVersion7();
            Stalls[code] = id;
            await manager.Do($"/api/v1/markets/{MarketId}/stalls",
                new { id, code, zone = $"Khu {code[0]}", goods, areaM2 = area });
            if (code != "B-002")
            {
                await manager.Do($"/api/v1/stalls/{id}/tenancy",
                    new { traderId = TraderId, validFrom = "2025-07-01", contract = $"HĐ-{code}" });
            }
        }
        var sign = await manager.Do($"/api/v1/stalls/{Stalls["A-001"]}/sign", new { });
        (SignId, SignPayload) = (sign.GetProperty("id").GetGuid(), sign.GetProperty("payload").GetString()!);
    }

    private async Task BuildBiller()
    {
        using var administrator = await Api(Administrator);
        using var officer = await Api(WaterOfficer);
        using var treasurer = await Api(Treasurer);
        await administrator.Do("/api/v1/billers", new
        {
            id = BillerId,
            name = "Công ty Nước sạch",
            prefix = "NUOC",
            services = WaterAlone,
            customerPattern = "KH[0-9]{6}",
            customerExample = "KH000000",
            referencePattern = "[A-Z0-9-]{1,30}",
            takesParts = true,
            partMin = 10_000,
            instalmentsMax = 6,
        });
        await officer.DoWith(treasurer, $"/api/v1/billers/{BillerId}/account", new
        {
            bankBin = "970436",
            accountNumber = WaterAccount,
            accountName = "CONG TY NUOC SACH",
            reason = "Tài khoản thu tiền nước",
        });
    }

    private Task<string> Place() =>
        app.With<IPlaces, string>(places => Task.FromResult(places.Communes(Today)[0].Code));
}
