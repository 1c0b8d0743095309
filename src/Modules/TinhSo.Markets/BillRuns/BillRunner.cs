using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TinhSo.Billing;
using TinhSo.Kernel;
using TinhSo.Markets.Markets;
using TinhSo.Markets.Stalls;
using TinhSo.Markets.Storage;

namespace TinhSo.Markets.BillRuns;

/// <summary>Makes the bills of begun runs, a hundred stalls at a time, and takes up again what a restart broke off.</summary>
internal sealed partial class BillRunner(IServiceScopeFactory scopes, TimeProvider clock, ILogger<BillRunner> log)
    : BackgroundService
{
    private const int StallsAtOnce = 100;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim woken = new(0, 1);

    /// <summary>Has a begun run taken up at once.</summary>
    public void Wake()
    {
        if (woken.CurrentCount == 0)
        {
            woken.Release();
        }
    }

    /// <summary>Makes all bills of all begun runs; returns how many runs were worked on.</summary>
    public async Task<int> RunAll(CancellationToken stop)
    {
        var worked = 0;
        while (await NextRun(stop) is { } runId)
        {
            worked++;
            while (await Step(runId, stop))
            {
                // Each step is a transaction of its own, so that progress shows and a restart loses at most one.
            }
        }
        return worked;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAll(stoppingToken);
            }
#pragma warning disable CA1031 // The database may be away for a while: the loop outlives that.
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogInterrupted(failure);
            }
            await woken.WaitAsync(PollInterval, stoppingToken);
        }
    }

    private async Task<Guid?> NextRun(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketsDb>();
        return await db.BillRuns.Where(r => r.State == BillRunState.Running)
            .OrderBy(r => r.StartedAt).Select(r => (Guid?)r.Id).FirstOrDefaultAsync(stop);
    }

    private async Task<bool> Step(Guid runId, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketsDb>();
        var billing = scope.ServiceProvider.GetRequiredService<IBilling>();
        var run = await db.BillRuns.SingleAsync(r => r.Id == runId, stop);
        var market = await db.Markets.AsNoTracking().SingleAsync(m => m.Id == run.MarketId, stop);
        var stalls = await db.Stalls.AsNoTracking()
            .Where(s => s.MarketId == run.MarketId && s.TraderId != null)
            .OrderBy(s => s.Code).Skip(run.Done).Take(StallsAtOnce).ToListAsync(stop);
        if (stalls.Count == 0)
        {
            (run.State, run.FinishedAt) = (BillRunState.Finished, clock.GetUtcNow());
            await db.SaveChangesAsync(stop);
            return false;
        }

        var rates = await billing.RatesOn(market.Unit, FirstDay(run.Period), stop);
        var orders = new List<BillOrder>();
        var leftOut = new List<string>();
        foreach (var stall in await BillableStall.Read(db, stalls, run.Period, stop))
        {
            var lines = stall.Lines(rates, out var why);
            if (why is null)
            {
                orders.Add(OrderFor(run, market, stall.Stall, stall.TraderName, lines));
            }
            else
            {
                leftOut.Add($"{stall.Stall.Code}: {why}");
            }
        }
        var issued = await billing.Issue(orders, stop);
        if (issued.IsRefused(out var refusal, out var count))
        {
            (run.State, run.Fault) = (BillRunState.Stopped, refusal.Title.Vi);
            await db.SaveChangesAsync(stop);
            return false;
        }
        run.Done += stalls.Count;
        run.Issued += count.New;
        run.LeftOut = string.Join('\n', [.. run.LeftOut.Split('\n', StringSplitOptions.RemoveEmptyEntries), .. leftOut]);
        await db.SaveChangesAsync(stop);
        return true;
    }

    private static BillOrder OrderFor(
        BillRun run, Market market, Stall stall, string traderName, List<BillLine> lines) => new(
            Ids.From("markets.bill", $"{stall.Id}/{run.Period}"), market.Unit, stall.Customer,
            $"{traderName} ({stall.Code})", run.Period, MarketServices.Fees, market.Place, lines, run.DueOn);

    private static DateOnly FirstDay(string period) => DateOnly.ParseExact($"{period}-01", "yyyy-MM-dd");

    [LoggerMessage(LogLevel.Error, "A bill run was interrupted; it goes on in a few seconds.")]
    private partial void LogInterrupted(Exception failure);
}
