using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;
using static TinhSo.Markets.Tests.MarketWorld;

namespace TinhSo.Markets.Tests;

/// <summary>What is personal is masked where it is listed, and never stands in a log.</summary>
public class PrivacyTests
{
    private const string Secret = "a secret of the test";
    private const string Guess = "my own secret guess";
    private const string PersonalId = "022085012345";
    private const string Phone = "0987654321";
    private const string Account = "900112233445";
    private const string OtherAccount = "900556677889";
    private const string Trader = "Hộ Trần Thị Kín";
    private const string Holder = "TRAN THI KIN";
    private const string Payer = "NGUYEN VAN BI MAT";
    private const string PayerPhone = "0912000111222";

    private static readonly string[] Personal =
        [PersonalId, Phone, Account, OtherAccount, Trader, Holder, Payer, PayerPhone, Guess, TestApp.Password, Secret];

    // As appsettings.json has them, which tests make quieter.
    private static readonly (string, string)[] Settings =
    [
        ("Logging:LogLevel:Default", "Information"), ("Logging:LogLevel:Microsoft.EntityFrameworkCore", "Warning"),
        ("Payments:Providers:sepay:Secret", Secret),
    ];

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task No_log_tells_a_name_a_phone_an_account_or_a_password_also_when_things_break(Engine engine)
    {
        await using var world = await Start(engine, Settings);
        using var log = new Captor();
        world.App.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        using var treasurer = await world.App.SignedIn(Roles.Treasurer, Units.Province);
        await Happen(world, treasurer);

        // What is refused, what cannot be read, and what fails within.
        using var wrong = await world.Manager.PostAsJsonAsync("/api/v1/sessions", new { userName = Trader, password = Guess }, Stop);
        using var unreadable = await world.Manager.Send("/api/v1/traders",
            new StringContent($"{{\"name\":\"{Trader}\",\"phone\":{Phone},", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, unreadable.StatusCode);
        await world.Tables(db => db.Database.ExecuteSqlRawAsync("alter table markets_trader rename to markets_trader_gone", Stop));
        using var failed = await world.Manager.Send("/api/v1/traders", Order(Guid.CreateVersion7(), Account));
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        using var listed = await world.Manager.GetAsync(
            new Uri($"/api/v1/organisations?q={PersonalId}&name={Uri.EscapeDataString(Trader)}", UriKind.Relative), Stop);

        Assert.Contains(log.Lines, line => line.Contains("markets_trader", StringComparison.Ordinal));
        var telling = log.Lines.Where(line => Personal.Any(word => line.Contains(word, StringComparison.OrdinalIgnoreCase))).ToList();
        Assert.True(telling.Count == 0, string.Join('\n', telling));
        TestContext.Current.TestOutputHelper!.WriteLine($"{log.Lines.Count} lines of log tell none of {Personal.Length} values.");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Lists_and_the_audit_log_show_personal_values_masked(Engine engine)
    {
        await using var world = await Start(engine, Settings);
        using var treasurer = await world.App.SignedIn(Roles.Treasurer, Units.Province);
        var trader = await Happen(world, treasurer);
        using var auditor = await world.App.Browser(Roles.Auditor, Units.Province);
        using var manager = await world.App.Browser(Roles.MarketManager, Unit);
        using var collector = await world.App.Browser(Roles.Collector, Unit);
        using var officer = await world.App.Browser(Roles.Treasurer, Units.Province);

        foreach (var (browser, path) in new[]
        {
            (manager, $"/markets/{MarketId}/traders"), (manager, $"/markets/{MarketId}/stalls"), (manager, "/approvals?view=mine"),
            (officer, "/approvals?view=past"), (officer, "/payments/suspense?state=all"), (collector, $"/traders/{trader}"),
            (auditor, "/audit"), (auditor, "/audit/export.csv"), (auditor, "/approvals?view=past"),
        })
        {
            var text = await browser.Page(path);
            Assert.All([PersonalId, Phone, Account, OtherAccount, Payer, PayerPhone],
                value => Assert.False(text.Contains(value, StringComparison.Ordinal), $"{path} tells {value}"));
        }
        var suspense = (await treasurer.Get("/api/v1/payments/suspense")).GetProperty("items")[0];
        Assert.Equal("••••••3445", suspense.GetProperty("accountNumber").GetString());
        Assert.Contains("nop tien ••••••222", suspense.GetProperty("memo").GetString(), StringComparison.Ordinal);

        // In full on the page of the one thing, for who works on it.
        var page = await manager.Page($"/traders/{trader}");
        Assert.All([PersonalId, Phone], value => Assert.Contains(value, page, StringComparison.Ordinal));
    }

    /// <summary>A trader is registered with an account, changes it, lets somebody sign in, and money comes.</summary>
    private static async Task<Guid> Happen(MarketWorld world, HttpClient treasurer)
    {
        await world.MakeBillable(treasurer);
        var stall = await world.Stall("A-1");
        var trader = Guid.CreateVersion7();
        await world.Manager.Do("/api/v1/traders", Order(trader, Account));
        await world.Manager.Do($"/api/v1/stalls/{stall}/tenancy", new { traderId = trader });
        await world.Manager.Do($"/api/v1/stalls/{stall}/sign");
        using var manager = await world.App.Browser(Roles.MarketManager, Unit);
        using var opened = await manager.PostForm($"/traders/{trader}", "sign-in", ("userName", "ho.kin"), ("password", TestApp.Password));
        await Notify(world, Account);
        var proposal = await world.Manager.Do("/api/v1/traders", Order(trader, OtherAccount));
        await treasurer.Do($"/api/v1/approvals/{proposal.GetProperty("proposalId").GetGuid()}/approve", new { });
        await world.App.DeliverFacts();
        return trader;
    }

    private static object Order(Guid id, string account) => new
    {
        id,
        name = Trader,
        kind = "household",
        taxCode = PersonalId,
        phone = Phone,
        bankBin = "970436",
        accountNumber = account,
        accountName = Holder,
        reason = "Hộ đổi ngân hàng",
    };

    // Money without a code: it waits for an officer.
    private static async Task Notify(MarketWorld world, string account)
    {
        var now = world.Clock.GetUtcNow();
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = 1,
            gateway = "",
            transactionDate = VietnamTime.Of(now).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            accountNumber = account,
            code = (string?)null,
            content = $"nop tien {PayerPhone}",
            transferType = "in",
            transferAmount = 35_000,
            accumulated = 0,
            subAccount = (string?)null,
            referenceCode = "",
            description = Payer,
        });
        var stamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{stamp}."), .. body];
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/bank/sepay") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-SePay-Timestamp", stamp);
        request.Headers.Add("X-SePay-Signature",
            $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed))}");
        using var bank = world.App.CreateClient();
        using var answer = await bank.SendAsync(request, Stop);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Keeps what is logged: the words, the values that make them, and what went wrong.</summary>
    private sealed class Captor : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(p => $"{p.Value}")) : "";
            Lines.Enqueue($"{formatter(state, exception)} {values} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
