using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Markets.Storage;

namespace TinhSo.Markets.BillRuns;

/// <summary>Begins the bills of a market for a month; <see cref="BillRunner"/> then makes them.</summary>
internal sealed class RunBills(MarketsDb db, BillRunner runner, ICaller caller, TimeProvider clock)
{
    /// <summary>The same market and month give the same run: asked again, it goes on where it stopped.</summary>
    public async Task<Outcome<BillRun>> Begin(Guid marketId, string? period, string? dueOn, CancellationToken stop)
    {
        var market = await db.Markets.AsNoTracking().SingleOrDefaultAsync(m => m.Id == marketId, stop);
        if (market is null || !caller.May("billing.run", market.Unit))
        {
            return market is null ? KernelRefusals.NotFound : KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        var month = errors.Month("period", period);
        var first = errors.Any ? default : DateOnly.ParseExact($"{month}-01", "yyyy-MM-dd");
        if (!errors.Any && (first > clock.Today().AddMonths(1) || first < clock.Today().AddYears(-2)))
        {
            errors.Add("period", "Chỉ lập được cho 24 tháng qua và tháng tới.",
                "Only the past 24 months and the next one can be billed.");
        }
        var due = errors.Day("dueOn", dueOn);
        if (due < clock.Today() || due > clock.Today().AddYears(1))
        {
            errors.Add("dueOn", "Hạn nộp phải từ hôm nay đến một năm tới.",
                "The last day to pay must be from today to a year from now.");
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (market.PayeeId is null)
        {
            return MarketRefusals.BoardHasNoAccount;
        }
        var begun = await db.InTransaction(() => Save(marketId, month, due, stop), stop);
        runner.Wake();
        return begun;
    }

    private async Task<BillRun> Save(Guid marketId, string period, DateOnly due, CancellationToken stop)
    {
        var run = await db.BillRuns.SingleOrDefaultAsync(r => r.MarketId == marketId && r.Period == period, stop);
        if (run is null)
        {
            run = new BillRun
            {
                Id = Ids.New(clock),
                MarketId = marketId,
                Period = period,
                DueOn = due,
                State = BillRunState.Running,
                Total = await db.Stalls.CountAsync(s => s.MarketId == marketId && s.TraderId != null, stop),
                Done = 0,
                AfterCode = "",
                Issued = 0,
                LeftOut = "",
                StartedAt = clock.GetUtcNow(),
                StartedBy = caller.Signature,
            };
            db.Add(run);
        }
        else if (run.State is not BillRunState.Running)
        {
            // Stalls let or read since then get their bills too, due on the new day; those that have one keep it.
            run.Total = await db.Stalls.CountAsync(s => s.MarketId == marketId && s.TraderId != null, stop);
            (run.State, run.DueOn, run.AfterCode, run.LeftOut) = (BillRunState.Running, due, "", "");
            (run.Done, run.Issued, run.FaultVi, run.FaultEn, run.FinishedAt) = (0, 0, null, null, null);
        }
        await db.SaveChangesAsync(stop);
        return run;
    }
}
