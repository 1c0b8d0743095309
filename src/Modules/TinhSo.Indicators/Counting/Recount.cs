using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Indicators.Storage;
using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger;

namespace TinhSo.Indicators.Counting;

/// <summary>Counts from the beginning of both logs, beside nodes that go on counting what is new.</summary>
/// <remarks>
/// Every row has one identity and is counted once, in whatever order it comes: so counting anew needs no standstill,
/// and one that was interrupted is simply begun again.
/// </remarks>
internal sealed class Recount(IServiceScopeFactory scopes, FactLog facts, ILedger ledger)
{
    /// <summary>How far the ledger's log was followed.</summary>
    public const string LedgerCursor = "indicators.ledger";

    /// <summary>1 while figures are being counted from the beginning, and so are incomplete.</summary>
    public const string UnderWay = "indicators.recount";

    private const int ChunkMax = 500;

    /// <summary>Forgets all that was counted, and counts it again.</summary>
    public async Task<CountReport> Recompute(CancellationToken stop)
    {
        await InTransaction(async db =>
        {
            await db.Rows.ExecuteDeleteAsync(stop);
            await db.Withdrawals.ExecuteDeleteAsync(stop);
            await db.Receipts.ExecuteDeleteAsync(stop);
            await db.Rollups.ExecuteDeleteAsync(stop);
            await db.Activities.ExecuteDeleteAsync(stop);
            (await db.CursorNamed(Stamps.Load, stop)).Position++;
            await db.SaveChangesAsync(stop);
        }, stop);
        return await CountAnew(stop);
    }

    /// <summary>Reads both logs from their beginning, and counts what was not yet counted.</summary>
    public async Task<CountReport> CountAnew(CancellationToken stop)
    {
        await Mark(underWay: true, stop);
        var read = new CountReport(await FollowLedger(stop), await HearFacts(stop));
        await Mark(underWay: false, stop);
        return read;
    }

    private Task Mark(bool underWay, CancellationToken stop) => InTransaction(async db =>
    {
        (await db.CursorNamed(UnderWay, stop)).Position = underWay ? 1 : 0;
        (await db.CursorNamed(Stamps.Load, stop)).Position++;
        if (underWay)
        {
            (await db.CursorNamed(LedgerCursor, stop)).Position = 0;
        }
        await db.SaveChangesAsync(stop);
    }, stop);

    private async Task<long> FollowLedger(CancellationToken stop)
    {
        while (true)
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<IndicatorsDb>();
            var after = await db.Set<Cursor>().AsNoTracking()
                .Where(c => c.Name == LedgerCursor).Select(c => c.Position).SingleOrDefaultAsync(stop);
            var chunk = await ledger.ReadLog(after, ChunkMax, stop);
            if (chunk.Count == 0)
            {
                return after;
            }
            await InTransaction(scope.ServiceProvider, async (tables, takeIn) =>
            {
                var cursor = await tables.CursorNamed(LedgerCursor, stop);
                // A running node may have gone on from here meanwhile.
                if (cursor.Position == after)
                {
                    await takeIn.Follow(chunk, stop);
                    cursor.Position = chunk[^1].Position;
                    await tables.SaveChangesAsync(stop);
                }
            }, stop);
        }
    }

    private async Task<long> HearFacts(CancellationToken stop)
    {
        var (after, read) = (Guid.Empty, 0L);
        while (true)
        {
            var chunk = await facts.Read(after, ChunkMax, stop);
            if (chunk.Count == 0)
            {
                return read;
            }
            await using var scope = scopes.CreateAsyncScope();
            await InTransaction(scope.ServiceProvider, async (tables, takeIn) =>
            {
                await takeIn.Hear(chunk, stop);
                await tables.SaveChangesAsync(stop);
            }, stop);
            (after, read) = (chunk[^1].Id, read + chunk.Count);
        }
    }

    private async Task InTransaction(Func<IndicatorsDb, Task> work, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        await InTransaction(scope.ServiceProvider, (db, _) => work(db), stop);
    }

    private static async Task InTransaction(
        IServiceProvider scope, Func<IndicatorsDb, TakeIn, Task> work, CancellationToken stop)
    {
        var db = scope.GetRequiredService<IndicatorsDb>();
        await db.InTransaction(async () =>
        {
            await work(db, scope.GetRequiredService<TakeIn>());
            return true;
        }, stop);
    }
}
