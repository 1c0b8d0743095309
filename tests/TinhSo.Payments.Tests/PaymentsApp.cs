using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.WebEncoders;
using TinhSo.Kernel;
using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Simulator;
using TinhSo.Payments.Storage;
using TinhSo.Places;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests;

/// <summary>Payments on the real ledger and a database of its own; the background only runs when stepped.</summary>
internal sealed class PaymentsApp : IAsyncDisposable
{
    public const string Secret = "a secret of the tests";
    private readonly WebApplication app;

    private PaymentsApp(WebApplication app, Database database, ManualClock clock, FailingLedger ledger) =>
        (this.app, Database, Clock, Ledger) = (app, database, clock, ledger);

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public Database Database { get; }

    public ManualClock Clock { get; }

    public FailingLedger Ledger { get; }

    public IServiceProvider Services => app.Services;

    public static Task<PaymentsApp> Start(Engine engine, params (string Key, string? Value)[] settings) =>
        Start(TestDatabase.New(engine), new ManualClock(), settings);

    public static async Task<PaymentsApp> Start(
        Database database, ManualClock clock, params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(
            NoticeProviders.Names.Select(name => KeyValuePair.Create($"Payments:Providers:{name}:Secret",
                (string?)Secret)));
        builder.Configuration.AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        var ledger = new FailingLedger();
        AddServices(builder, database, clock, ledger);
        var app = builder.Build();
        ledger.Inner = app.Services.GetRequiredKeyedService<ILedger>("real");
        await SchemaUpgrade.Run(database, app.Services.GetServices<ModuleSchema>(), clock, Stop);
        Map(app, database, clock);
        await app.StartAsync(Stop);
        return new PaymentsApp(app, database, clock, ledger);
    }

    /// <summary>A browser or program of a person who holds permissions, each as <c>name@unit</c>.</summary>
    public HttpClient As(string person, params string[] permissions)
    {
        var client = app.GetTestServer().CreateClient();
        client.DefaultRequestHeaders.Add(TestCaller.PersonHeader, Ids.From("test.person", person).ToString());
        client.DefaultRequestHeaders.Add(TestCaller.MayHeader, string.Join(',', permissions));
        return client;
    }

    public HttpClient Anyone() => app.GetTestServer().CreateClient();

    public async Task<TResult> With<TService, TResult>(Func<TService, Task<TResult>> act) where TService : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public Task<TResult> Tables<TResult>(Func<PaymentsDb, Task<TResult>> act) => With(act);

    /// <summary>Has the module take in the ledger's log, as its follower does.</summary>
    public Task Follow() => Services.GetRequiredService<LedgerFollowers>().CatchUp(Stop);

    public Task Sweep() => Services.GetRequiredService<PaymentSweep>().Step(Stop);

    /// <summary>The facts of one kind so far.</summary>
    public async Task<List<TFact>> Facts<TFact>() where TFact : IFact
    {
        var facts = await Services.GetRequiredService<FactLog>().Read(Guid.Empty, 1000, Stop);
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        return [.. facts.Where(fact => fact.Name == TFact.Name)
            .Select(fact => JsonSerializer.Deserialize<TFact>(fact.Body, options)!)];
    }

    /// <summary>What stands on an account: credits less debits.</summary>
    public async Task<long> Credit(Guid accountId) =>
        (await Ledger.Find(accountId, Stop))?.Balance.CreditBalance ?? 0;

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private static void AddServices(
        WebApplicationBuilder builder, Database database, ManualClock clock, FailingLedger ledger)
    {
        var services = builder.Services;
        services.AddSingleton<TimeProvider>(clock);
        services.AddKernel(database);
        services.AddSingleton(ColumnKeys.Parse(ColumnKeys.Demo, isProduction: false));
        services.AddLedger();
        var real = services.Last(service => service.ServiceType == typeof(ILedger));
        services.AddKeyedSingleton(typeof(ILedger), "real", real.ImplementationType!);
        services.RemoveAll<ILedger>();
        services.AddSingleton<ILedger>(ledger);
        services.AddSingleton<IPlaces, TestPlaces>();
        services.AddPayments(builder.Configuration);
        services.AddRateLimiter(options => options.RejectionStatusCode = StatusCodes.Status429TooManyRequests);
        services.AddHttpClient(BankSimulator.Client).ConfigurePrimaryHttpMessageHandler(provider =>
            ((TestServer)provider.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()).CreateHandler());
        services.RemoveAll<IHostedService>();
        services.AddScoped<ICaller, TestCaller>();
        services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, TestSignIn>("test", null);
        services.AddAuthorization();
        services.AddSingleton<IAuthorizationPolicyProvider, TestPolicies>();
        services.AddRazorComponents();
        services.AddAntiforgery();
        services.AddProblemDetails();
        services.Configure<WebEncoderOptions>(options =>
            options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.Converters.Add(
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase)));
    }

    private static void Map(WebApplication app, Database database, ManualClock clock)
    {
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.UseIdempotency(database, clock);
        app.MapGroup("/api/v1").DisableAntiforgery().MapPayments();
        app.MapPaymentHooks();
        app.MapRazorComponents<TestRoot>().AddAdditionalAssemblies(typeof(PaymentsModule).Assembly);
    }

    private sealed class TestRoot : ComponentBase
    {
        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenComponent<Router>(0);
            builder.AddAttribute(1, nameof(Router.AppAssembly), typeof(PaymentsModule).Assembly);
            builder.AddAttribute(2, nameof(Router.Found), (RenderFragment<RouteData>)(route => inner =>
            {
                inner.OpenComponent<RouteView>(0);
                inner.AddAttribute(1, nameof(RouteView.RouteData), route);
                inner.CloseComponent();
            }));
            builder.CloseComponent();
        }
    }

    private sealed class TestCaller(IHttpContextAccessor http) : ICaller
    {
        public const string PersonHeader = "X-Test-Person";
        public const string MayHeader = "X-Test-May";

        public Guid? PersonId => Guid.TryParse(Header(PersonHeader), out var id) ? id : null;

        public string Name => "Người thử";

        public string RoleName => "";

        public string Signature =>
            http.HttpContext is null ? "system" : PersonId is { } id ? $"person:{id}" : "anonymous";

        public bool May(string permission, string unit) => http.HttpContext is null
            || UnitsFor(permission).Contains(unit) || UnitsFor(permission).Contains(Units.Province);

        public IReadOnlySet<string> UnitsFor(string permission) => Header(MayHeader).Split(',')
            .Where(held => held.StartsWith(permission + "@", StringComparison.Ordinal))
            .Select(held => held[(permission.Length + 1)..]).ToHashSet();

        private string Header(string name) => http.HttpContext?.Request.Headers[name].ToString() ?? "";
    }

    private sealed class TestSignIn(
        IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var person = Request.Headers[TestCaller.PersonHeader].ToString();
            if (person.Length == 0)
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }
            var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, person)], "test");
            return Task.FromResult(
                AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), "test")));
        }
    }

    private sealed class TestPolicies(IOptions<AuthorizationOptions> options)
        : DefaultAuthorizationPolicyProvider(options)
    {
        public override Task<AuthorizationPolicy?> GetPolicyAsync(string policyName) =>
            Task.FromResult<AuthorizationPolicy?>(new AuthorizationPolicyBuilder().RequireAssertion(context =>
                context.Resource is HttpContext http && http.RequestServices.GetRequiredService<ICaller>()
                    .UnitsFor(policyName[RequiresAttribute.PolicyPrefix.Length..]).Count > 0).Build());
    }

    private sealed class TestPlaces : IPlaces
    {
        private static readonly Place BaiChay = new(
            "06673", new("Phường Bãi Cháy", "Bãi Cháy Ward"), PlaceKind.Ward, new DateOnly(2025, 7, 1), null);

        public PlaceMap Map => new("0 0 1 1", []);

        public IReadOnlyList<Place> Communes(DateOnly day) => [BaiChay];

        public Place? Find(string code) => code == BaiChay.Code ? BaiChay : null;

        public string NameOf(string? code) => Find(code ?? "")?.Name.ToString() ?? code ?? "";
    }
}

/// <summary>The real ledger behind a line that a test can cut: an outage, or a death before it is asked.</summary>
internal sealed class FailingLedger : ILedger
{
    public ILedger Inner { get; set; } = null!;

    public bool IsAway { get; set; }

    public Task<Outcome<LedgerAccount>> Open(AccountOrder order, CancellationToken stop) => Inner.Open(order, stop);

    public Task<Outcome<LedgerTransfer>> Post(TransferOrder order, CancellationToken stop) => Inner.Post(order, stop);

    public Task<Outcome<IReadOnlyList<LedgerTransfer>>> PostLinked(
        IReadOnlyList<TransferOrder> orders, CancellationToken stop) =>
        IsAway ? throw new IOException("The ledger is away.") : Inner.PostLinked(orders, stop);

    public Task<IReadOnlyList<Outcome<LedgerTransfer>>> PostEach(
        IReadOnlyList<TransferOrder> orders, CancellationToken stop) => Inner.PostEach(orders, stop);

    public Task<LedgerAccount?> Find(Guid accountId, CancellationToken stop) => Inner.Find(accountId, stop);

    public Task<LedgerBalance?> BalanceAt(Guid accountId, DateTimeOffset moment, CancellationToken stop) =>
        Inner.BalanceAt(accountId, moment, stop);

    public Task<Page<StatementLine>> Statement(Guid accountId, string? cursor, int limit, CancellationToken stop) =>
        Inner.Statement(accountId, cursor, limit, stop);

    public Task<TrialBalance> TrialBalance(CancellationToken stop) => Inner.TrialBalance(stop);

    public Task<IReadOnlyList<LedgerTransfer>> ReadLog(long after, int max, CancellationToken stop) =>
        Inner.ReadLog(after, max, stop);

    public Task<LedgerTransfer?> FindTransfer(Guid transferId, CancellationToken stop) =>
        Inner.FindTransfer(transferId, stop);

    public Task<LedgerRoot?> RootOf(DateOnly day, CancellationToken stop) => Inner.RootOf(day, stop);
}
