using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TinhSo.Kernel;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Storage;
using TinhSo.Ledger.Tests.Nodes;
using TinhSo.Testing;
using static TinhSo.Ledger.Tests.TestLedger;

namespace TinhSo.Ledger.Tests.Http;

public class LedgerApiTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task What_the_ledger_holds_can_be_read_over_http(Engine engine)
    {
        await using var app = await Start(engine);
        using var http = Client(app);
        var (ledger, bank, purse) = await OpenBankAndPurse(app);
        var posted = new List<LedgerTransfer>();
        foreach (var amount in (long[])[100, 200, 300])
        {
            posted.Add(Accepted(await ledger.Post(new TransferOrder(Ids.From("test", $"{amount}"), TransferKind.Post,
                bank, purse, amount, "market.rent", Channels.VietQr), Stop)));
        }

        var account = await Get(http, $"accounts/{purse}");
        Assert.Equal("payee:1", account.GetProperty("owner").GetString());
        Assert.True(account.GetProperty("debitsMustNotExceedCredits").GetBoolean());
        Assert.Equal(600, account.GetProperty("balance").GetProperty("creditBalance").GetInt64());

        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri("roots/2999-12-31", UriKind.Relative), Stop)).StatusCode);

        var page = await Get(http, $"accounts/{purse}/statement?limit=2");
        Assert.Equal([600L, 300], Balances(page));
        Assert.Equal("post", page.GetProperty("items")[0].GetProperty("transfer").GetProperty("kind").GetString());
        var last = await Get(http, $"accounts/{purse}/statement?limit=2&cursor={page.GetProperty("next").GetString()}");
        Assert.Equal([100L], Balances(last));
        Assert.Equal(JsonValueKind.Null, last.GetProperty("next").ValueKind);

        var at = Uri.EscapeDataString(posted[0].PostedAt.AddDays(-1).ToString("O"));
        var before = await Get(http, $"accounts/{purse}/balance?at={at}");
        Assert.Equal(0, before.GetProperty("balance").GetProperty("credits").GetInt64());
        var now = await Get(http, $"accounts/{purse}/balance");
        Assert.Equal(600, now.GetProperty("balance").GetProperty("credits").GetInt64());

        var trial = await Get(http, "trial-balance");
        Assert.Equal((3, 600L, 600L), (trial.GetProperty("position").GetInt64(),
            trial.GetProperty("debits").GetInt64(), trial.GetProperty("credits").GetInt64()));
        Assert.Equal(200, (await Get(http, $"transfers/{posted[1].Id}")).GetProperty("amount").GetInt64());
    }

    [Fact]
    public async Task What_is_not_there_or_not_asked_rightly_is_a_problem_that_says_so()
    {
        await using var app = await Start(Engine.Sqlite);
        using var http = Client(app);
        var nobody = Ids.From("test", "nobody");
        var bank = Ids.From("test", "bank");
        Accepted(await app.Services.GetRequiredService<ILedger>().Open(new AccountOrder(bank, "b", "bank"), Stop));

        foreach (var (path, status, type) in ((string, HttpStatusCode, string)[])[
            ($"accounts/{nobody}", HttpStatusCode.NotFound, "/problems/ledger.no-such-account"),
            ($"accounts/{nobody}/statement", HttpStatusCode.NotFound, "/problems/ledger.no-such-account"),
            ($"accounts/{nobody}/balance", HttpStatusCode.NotFound, "/problems/ledger.no-such-account"),
            ($"transfers/{nobody}", HttpStatusCode.NotFound, "/problems/kernel.not-found"),
            ($"accounts/{bank}/statement?limit=501", HttpStatusCode.BadRequest, "/problems/kernel.invalid"),
            ($"accounts/{bank}/statement?cursor=x", HttpStatusCode.BadRequest, "/problems/kernel.invalid")])
        {
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative), Stop);
            Assert.Equal(status, response.StatusCode);
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Stop);
            Assert.Equal(type, problem.GetProperty("type").GetString());
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_service_posts_one_transfer_or_many_and_each_is_answered_in_its_place(Engine engine)
    {
        await using var app = await Start(engine);
        using var http = Client(app);
        var (ledger, bank, purse) = await OpenBankAndPurse(app);

        var (status, one) = await Send(http, Json("one", bank, purse, 500));
        var (_, again) = await Send(http, Json("one", bank, purse, 500));
        var (conflict, _) = await Send(http, Json("one", bank, purse, 501));
        var (_, many) = await Send(http, $"""
            [{Json("two", purse, bank, 300)}, {Json("three", purse, bank, 300)}, {Json("one", bank, purse, 500)},
             {Json("four", bank, purse, 0)}, {Json("five", purse, bank, 200)}]
            """);

        Assert.Equal((HttpStatusCode.OK, 1), (status, one.GetProperty("position").GetInt32()));
        Assert.Equal(one.ToString(), again.ToString());
        Assert.Equal(HttpStatusCode.Conflict, conflict);
        Assert.Equal(
            ["2", "/problems/ledger.insufficient-funds", "1", "/problems/kernel.invalid: amount", "3"],
            many.EnumerateArray().Select(Told));
        Assert.Equal(3, (await ledger.TrialBalance(Stop)).Position);
    }

    [Theory]
    [InlineData("[]", 400)]
    [InlineData("null", 400)]
    [InlineData("{", 400)]
    [InlineData("[null]", 200)]
    [InlineData("\"x\"", 400)]
    [InlineData("""{"id":"not an id"}""", 400)]
    [InlineData("""{"kind":"gift","amount":"many"}""", 400)]
    public async Task What_cannot_be_read_as_a_transfer_posts_nothing(string body, int status)
    {
        await using var app = await Start(Engine.Sqlite);
        using var http = Client(app);

        var (answered, _) = await Send(http, body);

        Assert.Equal(status, (int)answered);
        Assert.Equal(0, (await app.Services.GetRequiredService<ILedger>().TrialBalance(Stop)).Position);
    }

    private static string Json(string id, Guid debit, Guid credit, long amount) => $$"""
        {"id":"{{Ids.From("test", id)}}","kind":"post","debit":"{{debit}}","credit":"{{credit}}",
         "amount":{{amount}},"code":"market.rent","channel":"vietqr"}
        """;

    private static string Told(JsonElement result) => result.GetProperty("problem") is { ValueKind: JsonValueKind.Object } why
        ? why.GetProperty("type").GetString() + (why.GetProperty("errors") is { ValueKind: JsonValueKind.Object } errors
            ? $": {string.Join(", ", errors.EnumerateObject().Select(error => error.Name))}" : "")
        : $"{result.GetProperty("transfer").GetProperty("position")}";

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> Send(HttpClient http, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri("transfers", UriKind.Relative), content, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        return (answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    [Fact]
    public async Task Nobody_reads_or_posts_without_the_permission()
    {
        await using var app = await Start(Engine.Sqlite, allowed: false);

        var endpoints = app.Services.GetRequiredService<EndpointDataSource>().Endpoints
            // A day's root says nothing but that the past stands: it is for everybody to note.
            .Where(endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName != "ReadLedgerRoot").ToList();

        Assert.Equal(6, endpoints.Count);
        Assert.All(endpoints, endpoint => Assert.Contains(
            endpoint.Metadata.OfType<Microsoft.AspNetCore.Authorization.IAuthorizeData>(),
            rule => rule.Policy == (endpoint.DisplayName!.Contains("POST", StringComparison.Ordinal)
                ? LedgerModule.PostPolicy : LedgerModule.ReadPolicy)));
    }

    [Fact]
    public async Task A_ledger_that_is_busy_says_when_to_try_again()
    {
        var platform = TestDatabase.New(Engine.Sqlite);
        await using var another = new TestNode(LedgerDatabase.Beside(platform, configured: null));
        await another.BecomesLeader();
        await using var app = await Start(platform);
        using var http = Client(app);

        using var content = new StringContent(Json("one", Ids.From("test", "bank"), Ids.From("test", "purse"), 500),
            System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri("transfers", UriKind.Relative), content, Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), answer.Headers.RetryAfter?.Delta);
        Assert.Contains("/problems/ledger.busy", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    private static async Task<(ILedger Ledger, Guid Bank, Guid Purse)> OpenBankAndPurse(WebApplication app)
    {
        var ledger = app.Services.GetRequiredService<ILedger>();
        var (bank, purse) = (Ids.From("test", "bank"), Ids.From("test", "purse"));
        Accepted(await ledger.Open(new AccountOrder(bank, "bank:1", "bank"), Stop));
        Accepted(await ledger.Open(
            new AccountOrder(purse, "payee:1", "payee", AccountRules.DebitsMustNotExceedCredits), Stop));
        return (ledger, bank, purse);
    }

    private static Task<WebApplication> Start(Engine engine, bool allowed = true) => Start(TestDatabase.New(engine), allowed);

    private static async Task<WebApplication> Start(Database platform, bool allowed = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddKernel(platform).AddLedger();
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(LedgerModule.ReadPolicy, policy => policy.RequireAssertion(_ => allowed))
            .AddPolicy(LedgerModule.PostPolicy, policy => policy.RequireAssertion(_ => allowed));
        var app = builder.Build();
        app.UseExceptionHandler(_ => { });
        app.UseAuthorization();
        app.MapGroup("/ledger").MapLedger();
        await app.StartAsync(Stop);
        return app;
    }

    private static HttpClient Client(WebApplication app) => new()
    {
        BaseAddress = new Uri(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
            + "/ledger/"),
    };

    private static async Task<JsonElement> Get(HttpClient http, string path) =>
        await http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), Stop);

    private static List<long> Balances(JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(line => line.GetProperty("creditBalance").GetInt64())];
}
