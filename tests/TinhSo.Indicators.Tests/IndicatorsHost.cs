using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TinhSo.Indicators.Figures;
using TinhSo.Indicators.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger;
using TinhSo.Places;
using TinhSo.Testing;

namespace TinhSo.Indicators.Tests;

/// <summary>Indicators with the real ledger and places on a fresh database, behind a server in memory.</summary>
internal sealed class IndicatorsHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Dictionary<string, Guid> accounts = [];

    private IndicatorsHost(WebApplication app, Database database, ManualClock clock) =>
        (this.app, Database, Clock) = (app, database, clock);

    public static readonly string Reference = Path.Combine(AppContext.BaseDirectory, "reference");

    public Database Database { get; }

    public ManualClock Clock { get; }

    public ILedger Ledger => app.Services.GetRequiredService<ILedger>();

    public IServiceProvider Services => app.Services;

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A host with all reference data loaded.</summary>
    public static async Task<IndicatorsHost> Loaded(Engine engine, bool countsByItself = false)
    {
        var host = await Empty(engine, countsByItself);
        var report = await host.Load(ReferenceFolders.BesideTheProgram);
        Assert.Empty(report.Bad);
        return host;
    }

    /// <summary>A host on which nothing was loaded.</summary>
    public static async Task<IndicatorsHost> Empty(Engine engine, bool countsByItself = false)
    {
        var database = TestDatabase.New(engine);
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        var clock = new ManualClock();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddKernel(database).AddLedger().AddPlaces().AddIndicators();
        TestPages.Add(builder.Services);
        if (!countsByItself)
        {
            builder.Services.RemoveAll<IHostedService>();
        }
        var app = builder.Build();
        TestPages.Map(app);
        await SchemaUpgrade.Run(database, app.Services.GetServices<ModuleSchema>(), clock, Stop);
        await app.StartAsync(Stop);
        return new IndicatorsHost(app, database, clock);
    }

    public HttpClient Client(string language = "vi", bool mayReadRows = false)
    {
        var client = app.GetTestClient();
        client.DefaultRequestHeaders.Add("Accept-Language", language);
        if (mayReadRows)
        {
            client.DefaultRequestHeaders.Add(TestPages.MayReadRows, "yes");
        }
        return client;
    }

    public async Task<LoadReport> Load(ReferenceFolders folders) => await Use(i => i.Load(folders, Stop));

    public async Task<T> Use<T>(Func<IIndicators, Task<T>> act)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<IIndicators>());
    }

    public async Task<T> With<T>(Func<IndicatorsDb, Task<T>> act)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<IndicatorsDb>());
    }

    /// <summary>The book of figures as pages would read it.</summary>
    public Task<Book> Book() => app.Services.GetRequiredService<BookKeeper>().Read(Stop);

    /// <summary>The newest value of each version of a figure, the newest version first.</summary>
    public async Task<IReadOnlyList<FigureValue>> Figures(string code)
    {
        var book = await Book();
        return [.. book.Versions.Where(v => v.Definition.Code == code).Select(v => book.Latest(v.Definition)!)];
    }

    /// <summary>The value of a figure in a month; null when there is none.</summary>
    public async Task<decimal?> Value(string code, int monthsAway = 0, Narrowing? narrowing = null)
    {
        var book = await Book();
        return book.At(book.Find(code)!, Month(monthsAway), narrowing)?.Value;
    }

    /// <summary>Loads the units of the province too, for maps and names of places.</summary>
    public async Task LoadPlaces()
    {
        await using var scope = app.Services.CreateAsyncScope();
        var loaded = await scope.ServiceProvider.GetRequiredService<ILoadPlaces>()
            .Load(Path.Combine(Reference, "admin-units"), Stop);
        Assert.Empty(loaded.Errors);
    }

    /// <summary>Has what happened be counted: the ledger's log and the facts that are due.</summary>
    public async Task CatchUp()
    {
        await app.Services.GetRequiredService<LedgerFollowers>().CatchUp(Stop);
        while (await app.Services.GetRequiredService<FactDispatcher>().DeliverDue(Stop) > 0)
        {
            // Each turn delivers the next ones.
        }
    }

    /// <summary>
    /// Catches up beside a host that counts by itself: who meets another at the same row begins again.
    /// </summary>
    public async Task Settle()
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            // What met another is due again a while later.
            Clock.Advance(TimeSpan.FromMinutes(10));
            try
            {
                await CatchUp();
                return;
            }
            catch (DbUpdateException)
            {
                continue;
            }
        }
        Assert.Fail("Fifty attempts were not enough.");
    }

    /// <summary>Moves money, as a payment would, and answers with the transfer.</summary>
    public async Task<LedgerTransfer> Pay(
        string code, string channel, long amount, string? place = null, string reference = "", Guid? id = null,
        bool back = false)
    {
        var (bank, payee) = (await Account("bank"), await Account("payee"));
        var order = new TransferOrder(id ?? Ids.New(Clock), TransferKind.Post, back ? payee : bank, back ? bank : payee,
            amount, code, channel, place, reference == "" ? null : reference);
        return (await Ledger.Post(order, Stop)).Match(t => t, r => throw new InvalidOperationException(r.Code));
    }

    /// <summary>A buyer pays at a stall: the ledger has the payment's id, and the fact has the stall.</summary>
    public async Task Sell(Guid stall, string channel, long amount, string place)
    {
        const string Sale = "market.sale";
        var payment = Ids.New(Clock);
        var transfer = await Pay(Sale, channel, amount, place, payment.ToString());
        await Tell(new PaymentReceived(payment, amount, Sale, channel, place, $"stall:{stall}",
            $"{payment:N}"[^12..].ToUpperInvariant(), transfer.Id, transfer.PostedAt));
    }

    /// <summary>Moves back the whole of a transfer.</summary>
    public async Task<LedgerTransfer> Reverse(LedgerTransfer original)
    {
        var order = new TransferOrder(Ids.New(Clock), TransferKind.Reverse, Guid.Empty, Guid.Empty, 0,
            "payments.reversal", original.Channel, Original: original.Id);
        return (await Ledger.Post(order, Stop)).Match(t => t, r => throw new InvalidOperationException(r.Code));
    }

    /// <summary>Publishes a fact, as its module would.</summary>
    public async Task Tell<TFact>(TFact fact) where TFact : IFact
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IndicatorsDb>();
        db.Publish(fact);
        await db.SaveChangesAsync(Stop);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task<Guid> Account(string kind)
    {
        if (!accounts.TryGetValue(kind, out var id))
        {
            id = Ids.New(Clock);
            var opened = await Ledger.Open(new AccountOrder(id, $"test:{kind}", kind), Stop);
            Assert.False(opened.IsRefused(out _, out _));
            accounts[kind] = id;
        }
        return id;
    }

    /// <summary>The text of a month, so many months away from the clock's.</summary>
    public string Month(int away = 0) =>
        Clock.Today().AddMonths(away).ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
