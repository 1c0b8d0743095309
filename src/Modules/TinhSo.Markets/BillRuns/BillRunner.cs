using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TinhSo.Billing;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Markets.Markets;
using TinhSo.Markets.Stalls;
using TinhSo.Markets.Storage;

namespace TinhSo.Markets.BillRuns;

/// <summary>
/// Makes the bills of begun runs, a hundred stalls at a time, and takes up again what a restart broke off.
/// </summary>
internal sealed partial class BillRunner(IServiceScopeFactory scopes, TimeProvider clock, ILogger<BillRunner> log)
    : BackgroundService
{
    private const int StallsAtOnce = 100;
    private const int RunsAtOnce = 500;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim woken = new(1, 1);

    /// <summary>Has a begun run taken up at once.</summary>
    public void Wake()
    {
        try
        {
            woken.Release();
        }
        catch (SemaphoreFullException)
        {
            // Already woken.
        }
    }

    /// <summary>Makes all bills of all begun runs; returns how many runs came to their end.</summary>
    public async Task<int> RunAll(CancellationToken stop)
    {
        var ended = 0;
        foreach (var runId in await BegunRuns(stop))
        {
            try
            {
                while (await Step(runId, stop))
                {
                    // Each step is a transaction of its own, so that progress shows and a restart loses at most one.
                }
                ended++;
            }
#pragma warning disable CA1031 // One run that fails must not hold up the other markets'.
            catch (Exception failure) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFailed(runId, failure);
            }
        }
        return ended;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.Run(stop => woken.WaitAsync(PollInterval, stop), RunAll, LogInterrupted, stoppingToken);

    /// <summary>Looks at the next hundred stalls; false when the run has ended.</summary>
    internal async Task<bool> Step(Guid runId, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketsDb>();
        var billing = scope.ServiceProvider.GetRequiredService<IBilling>();
        var run = await db.BillRuns.SingleAsync(r => r.Id == runId, stop);
        if (run.State is not BillRunState.Running)
        {
            return false;
        }
        var market = await db.Markets.AsNoTracking().SingleAsync(m => m.Id == run.MarketId, stop);
        // By code and not by count: a stall that is let or given up meanwhile moves no other out of sight.
        var stalls = await db.Stalls.AsNoTracking()
            .Where(s => s.MarketId == run.MarketId && s.TraderId != null && s.Code.CompareTo(run.AfterCode) > 0)
            .OrderBy(s => s.Code).Take(StallsAtOnce).ToListAsync(stop);
        if (stalls.Count == 0)
        {
            (run.State, run.FinishedAt, run.Total) = (BillRunState.Finished, clock.GetUtcNow(), run.Done);
            await db.SaveChangesAsync(stop);
            return false;
        }

        var rates = await billing.RatesOn(market.Unit, FirstDay(run.Period), stop);
        var orders = new List<BillOrder>();
        var leftOut = new List<LeftOutStall>();
        foreach (var stall in await BillableStall.Read(db, stalls, run.Period, stop))
        {
            if (stall.Lines(rates, out var missing) is { Count: > 0 } lines)
            {
                orders.Add(OrderFor(run, market, stall.Stall, stall.TraderName, lines));
            }
            else
            {
                leftOut.Add(new(stall.Stall.Code, missing));
            }
        }
        if ((await billing.Issue(orders, stop)).IsRefused(out var refusal, out _))
        {
            run.State = BillRunState.Stopped;
            (run.FaultVi, run.FaultEn) = (Said(refusal, t => t.Vi), Said(refusal, t => t.En));
            await db.SaveChangesAsync(stop);
            return false;
        }
        run.AfterCode = stalls[^1].Code;
        run.Done += stalls.Count;
        run.Issued += orders.Count;
        run.LeftOut = LeftOutStall.Write([.. LeftOutStall.Read(run.LeftOut), .. leftOut]);
        await db.SaveChangesAsync(stop);
        return true;
    }

    private async Task<List<Guid>> BegunRuns(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketsDb>();
        return await db.BillRuns.Where(r => r.State == BillRunState.Running)
            .OrderBy(r => r.StartedAt).Select(r => r.Id).Take(RunsAtOnce).ToListAsync(stop);
    }

    private static string Said(Refusal refusal, Func<Text, string> tongue) => string.Join(' ',
        [tongue(refusal.Title), .. refusal.Fields.Select(f => $"{f.Key}: {tongue(f.Value)}").Take(5)]);

    private static BillOrder OrderFor(
        BillRun run, Market market, Stall stall, string traderName, List<BillLine> lines) => new(
            Ids.From("markets.bill", $"{stall.Id}/{run.Period}"), market.Unit, stall.Customer,
            $"{traderName} ({stall.Code})", run.Period, MarketServices.Fees, market.Place, lines, run.DueOn);

    private static DateOnly FirstDay(string period) => DateOnly.ParseExact($"{period}-01", "yyyy-MM-dd");

    [LoggerMessage(LogLevel.Error, "A bill run was interrupted; it goes on in a few seconds.")]
    private partial void LogInterrupted(Exception failure);

    [LoggerMessage(LogLevel.Error, "Bill run {RunId} failed; it is tried again in a few seconds.")]
    private partial void LogFailed(Guid runId, Exception failure);
}
