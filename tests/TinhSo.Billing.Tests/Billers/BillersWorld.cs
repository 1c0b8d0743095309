using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Imports;
using TinhSo.Billing.Storage;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Billing.Tests.Billers;

/// <summary>The whole application with two billers of services: water, in parts; a school, as a whole.</summary>
internal sealed class BillersWorld : IAsyncDisposable
{
    public const string Water = "utility.water";
    public const string Tuition = "education.tuition";
    public const string Header = "customer_code,holder_name,service,period,amount,due_on,reference,description,place";

    private BillersWorld(TestApp app, ManualClock clock) => (App, Clock) = (app, clock);

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public TestApp App { get; }

    public ManualClock Clock { get; }

    public static Guid WaterId { get; } = Ids.From("test.biller", "water");

    public static Guid SchoolId { get; } = Ids.From("test.biller", "school");

    public HttpClient Officer { get; private set; } = null!;

    public HttpClient Stranger { get; private set; } = null!;

    public HttpClient Treasurer { get; private set; } = null!;

    public HttpClient Collector { get; private set; } = null!;

    public HttpClient Public { get; private set; } = null!;

    public static string Folder => Path.Combine(AppContext.BaseDirectory, "reference");

    public static string UnitOf(Guid id) => $"biller:{id}";

    public static async Task<BillersWorld> Start(Engine engine, params (string Key, string Value)[] settings) =>
        await Start(new TestApp(engine, new ManualClock(), [("Billing:Limits:LookupsPerMinute", "100000"), .. settings]));

    public static async Task<BillersWorld> Start(TestApp app)
    {
        var world = new BillersWorld(app, (ManualClock)app.Clock);
        var loaded = await app.With<IBilling, LoadReport>(billing => billing.LoadServices(Folder, Stop));
        Assert.Empty(loaded.Faults);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        await administrator.Do("/api/v1/billers", Terms(WaterId, "Công ty Nước sạch", "NUOC", Water, takesParts: true));
        await administrator.Do("/api/v1/billers", Terms(SchoolId, "Trường Tiểu học Hạ Long", "THHL", Tuition));
        world.Public = app.CreateClient();
        await world.SignInAgain();
        await world.Approve(world.Officer, WaterId, "1000000001");
        await world.Approve(world.Stranger, SchoolId, "1000000002");
        return world;
    }

    /// <summary>Sessions of programs last an hour: whoever works on after the clock has moved signs in again.</summary>
    public async Task SignInAgain()
    {
        Officer = await App.SignedIn(Roles.Officer, UnitOf(WaterId));
        Stranger = await App.SignedIn(Roles.Officer, UnitOf(SchoolId));
        Treasurer = await App.SignedIn(Roles.Treasurer, Units.Province);
        Collector = await App.SignedIn(Roles.Collector, UnitOf(WaterId));
    }

    public static object Terms(Guid id, string name, string prefix, string service, bool takesParts = false) => new
    {
        id,
        name,
        prefix,
        services = new[] { service },
        customerPattern = "KH[0-9]{6}",
        customerCheck = "none",
        customerExample = "KH000000",
        referencePattern = "[A-Z0-9-]{1,30}",
        referenceCheck = "none",
        takesParts,
        partMin = takesParts ? 10_000 : (long?)null,
        instalmentsMax = takesParts ? 6 : 0,
    };

    public async Task Approve(HttpClient officer, Guid id, string number) => await officer.DoWith(Treasurer,
        $"/api/v1/billers/{id}/account", new
        {
            bankBin = "970436",
            accountNumber = number,
            accountName = "DON VI THU",
            reason = "Tài khoản thu tiền dịch vụ",
        });

    public object Bill(string reference, string code = "KH000001", long amount = 300_000, int dueIn = 10) => new
    {
        customerCode = code,
        holderName = "Nguyễn Văn An",
        service = Water,
        period = "2026-11",
        amount,
        dueOn = $"{Clock.Today().AddDays(dueIn):yyyy-MM-dd}",
        reference,
        place = (string?)null,
    };

    public async Task<Guid> Issue(string reference, string code = "KH000001", long amount = 300_000, int dueIn = 10) =>
        (await Officer.Do($"/api/v1/billers/{WaterId}/bills", Bill(reference, code, amount, dueIn)))
            .GetProperty("id").GetGuid();

    public Task<JsonElement> Claim(Guid id) => Officer.Get($"/api/v1/claims/{id}");

    public async Task<long> Owed(Guid id) => (await Claim(id)).GetProperty("owed").GetInt64();

    public static object Question(string code) => new { biller = WaterId, customerCode = code };

    /// <summary>What whoever has the code is shown.</summary>
    public async Task<JsonElement[]> LookUp(string code) =>
        [.. (await Public.Do("/api/v1/bill-inquiry", Question(code))).GetProperty("bills").EnumerateArray()];

    /// <summary>Asks to pay a bill, or a part, as a payer does.</summary>
    public async Task<JsonElement> Ask(Guid billId, long? amount = null, string code = "KH000001") =>
        await Public.Do("/api/v1/bill-inquiry/pay", new { biller = WaterId, customerCode = code, billId, amount });

    /// <summary>Takes cash for a part, and lets all hear of it.</summary>
    public async Task<Guid> TakeCash(Guid partId, long amount)
    {
        var paymentId = Guid.CreateVersion7();
        await Collector.Do($"/api/v1/payments/requests/{partId}/cash", new { paymentId, amount });
        await Settle();
        return paymentId;
    }

    /// <summary>Gives a part of a payment back, by two people.</summary>
    public async Task GiveBack(Guid paymentId, long amount)
    {
        var id = Guid.CreateVersion7();
        await Treasurer.Do("/api/v1/payments/refunds", new { id, paymentId, amount, reason = "Thu thừa" });
        using var other = await App.SignedIn(Roles.Treasurer, Units.Province, "kho.bac.hai");
        await other.Do($"/api/v1/payments/refunds/{id}/approve", new { approved = true });
        await Settle();
    }

    /// <summary>Delivers facts, and does what waits for a job.</summary>
    public async Task Settle()
    {
        await App.DeliverFacts();
        await App.With<ImportRunner, bool>(async runner =>
        {
            await runner.RunAll(Stop);
            return true;
        });
        await App.DeliverFacts();
    }

    public static string Row(int number, string? amount = null, string? reference = null, string? code = null) =>
        $"{code ?? $"KH{number:D6}"},Hộ {number},{Water},2026-11,{amount ?? $"{10_000 + number}"},2026-12-31,"
        + $"{reference ?? $"HD-{number}"},,";

    public static string File(IEnumerable<string> rows) => $"{Header}\r\n{string.Join("\r\n", rows)}\r\n";

    public async Task<HttpResponseMessage> Send(string csv, HttpClient? by = null) => await Send(Encoding.UTF8.GetBytes(csv), by);

    public async Task<HttpResponseMessage> Send(byte[] csv, HttpClient? by = null)
    {
        using var content = new ByteArrayContent(csv);
        content.Headers.ContentType = new("text/csv");
        return await (by ?? Officer).Send($"/api/v1/billers/{WaterId}/imports?fileName=thang11.csv", content);
    }

    public async Task<JsonElement> Import(string csv)
    {
        using var answer = await Send(csv);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.StatusCode is HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<(int Row, string Column)[]> Faults(Guid importId) =>
        [.. (await Officer.Get($"/api/v1/imports/{importId}/faults?limit=1000")).GetProperty("items").EnumerateArray()
            .Select(fault => (fault.GetProperty("row").GetInt32(), fault.GetProperty("column").GetString()!))];

    public async Task<List<NamedFact>> Facts() =>
        [.. await App.With<FactLog, IReadOnlyList<NamedFact>>(log => log.Read(Guid.Empty, 10_000, Stop))];

    public Task<T> Tables<T>(Func<BillingDb, Task<T>> act) => App.Tables(act);

    public Task<int> Bills() => Tables(db => db.Bills.CountAsync(Stop));

    public async ValueTask DisposeAsync()
    {
        foreach (var client in (HttpClient[])[Officer, Stranger, Treasurer, Collector, Public])
        {
            client?.Dispose();
        }
        await App.DisposeAsync();
    }
}
