using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Payments;
using TinhSo.Testing;

namespace TinhSo.Billing.Tests;

/// <summary>The whole application with two markets' boards that bill.</summary>
internal sealed class BillingWorld : IAsyncDisposable
{
    public const string Rent = "test.rent";

    private BillingWorld(TestApp app, ManualClock clock) => (App, Clock) = (app, clock);

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public TestApp App { get; }

    public ManualClock Clock { get; }

    public static string Unit { get; } = Units.Market(Ids.From("test.market", "1"));

    public static string Other { get; } = Units.Market(Ids.From("test.market", "2"));

    /// <summary>The day after tomorrow.</summary>
    public DateOnly Due => Clock.Today().AddDays(2);

    public static async Task<BillingWorld> Start(Engine engine, params (string Key, string Value)[] settings)
    {
        var clock = new ManualClock();
        var world = new BillingWorld(new TestApp(engine, clock, settings), clock);
        Accepted(await world.Ask(b => b.DefineItem(new(Rent, new("Thuê quầy", "Rent"), new("m²", "m²")), Stop)));
        foreach (var (unit, prefix) in new[] { (Unit, "T1"), (Other, "T2") })
        {
            var payee = Ids.From("test.payee", unit);
            Accepted(await world.App.With<IPayments, Outcome<Payee>>(p => p.RegisterPayee(
                new(payee, unit, $"Ban quản lý {prefix}", "970436", $"00{prefix}", $"BQL {prefix}"), Stop)));
            Accepted(await world.Ask(b => b.RegisterBiller(new(unit, $"Ban quản lý {prefix}", prefix, payee), Stop)));
        }
        return world;
    }

    public Task<T> Ask<T>(Func<IBilling, Task<T>> ask) => App.With(ask);

    public Task<T> Tables<T>(Func<BillingDb, Task<T>> act) => App.Tables(act);

    public BillOrder Order(string customer, string? unit = null, decimal quantity = 4.5m, long price = 20_000) => new(
        Ids.From("test.bill", $"{unit}/{customer}"), unit ?? Unit, $"stall:{customer}", $"Hộ {customer}", "2026-10",
        "test.fees", null, [BillLine.Of(Rent, "Thuê quầy", quantity, price, null)], Due);

    public async Task<Bill> Issue(BillOrder order)
    {
        Accepted(await Ask(b => b.Issue([order], Stop)));
        return (await Ask(b => b.Find(order.Id, Stop)))!;
    }

    public Task<HttpClient> As(string role, string unit) => App.SignedIn(role, unit);

    /// <summary>The names of the facts of billing so far.</summary>
    public async Task<List<string>> Facts() =>
        [.. (await App.With<FactLog, IReadOnlyList<NamedFact>>(log => log.Read(Guid.Empty, 1_000, Stop)))
            .Select(f => f.Name).Where(name => name.StartsWith("billing.", StringComparison.Ordinal))];

    public Task<List<string>> Numbers() =>
        Tables(db => db.Bills.OrderBy(b => b.Number).Select(b => b.Number).ToListAsync(Stop));

    public static T Accepted<T>(Outcome<T> outcome) where T : class
    {
        Assert.False(outcome.IsRefused(out var why, out var given), why?.Code);
        return given;
    }

    public static Refusal Refused<T>(Outcome<T> outcome) where T : class
    {
        Assert.True(outcome.IsRefused(out var why, out _));
        return why;
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
