using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TinhSo.Billing.Claims;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Imports;

/// <summary>
/// Issues the bills of files, some hundred at a time, tidies bills that money has changed, and takes up again what a
/// restart broke off.
/// </summary>
/// <remarks>
/// A chunk is issued first and counted done behind that. Whoever dies between the two does the chunk again, and finds
/// its bills there: their ids follow from their references.
/// </remarks>
internal sealed partial class ImportRunner(
    IServiceScopeFactory scopes, TimeProvider clock, ILogger<ImportRunner> log) : BackgroundService
{
    private const int ImportsAtOnce = 20;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(3);
    private readonly SemaphoreSlim woken = new(1, 1);

    /// <summary>Has a decided file taken up at once.</summary>
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

    /// <summary>Issues all that is decided, and tidies all that waits for it.</summary>
    public async Task RunAll(CancellationToken stop)
    {
        foreach (var billId in await Ask((TidyClaims tidy) => tidy.Waiting(stop)))
        {
            await Attempt(billId, () => Ask(async (TidyClaims tidy) =>
            {
                await tidy.Run(billId, stop);
                return true;
            }), stop);
        }
        foreach (var importId in await Ask((BillingDb db) => db.Imports.AsNoTracking()
            .Where(i => i.State == ImportState.Running).OrderBy(i => i.DecidedAt).Select(i => i.Id)
            .Take(ImportsAtOnce).ToListAsync(stop)))
        {
            await Attempt(importId, async () =>
            {
                while (await Step(importId, stop))
                {
                    // Each step is saved by itself, so that progress shows and a restart loses at most one.
                }
            }, stop);
        }
        await Ask((DropImports drop) => drop.Run(stop));
    }

    /// <summary>Issues the next chunk of a file; false when there is none left.</summary>
    internal async Task<bool> Step(Guid importId, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BillingDb>();
        var import = await db.Imports.AsNoTracking().SingleAsync(i => i.Id == importId, stop);
        if (import.State is not ImportState.Running)
        {
            return false;
        }
        var chunk = await db.ImportChunks.AsNoTracking()
            .SingleOrDefaultAsync(c => c.ImportId == importId && c.Sequence == import.DoneChunks, stop);
        if (chunk is null)
        {
            await db.InTransaction(() => Finish(db, importId, stop), stop);
            return false;
        }
        var lines = JsonSerializer.Deserialize<List<ImportLine>>(chunk.Body)!;
        var (issued, before, faults) = await Issue(scope.ServiceProvider, import, lines, stop);
        db.ChangeTracker.Clear();
        await db.InTransaction(() => Count(db, chunk, issued, before, faults, stop), stop);
        return true;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.Run(stop => woken.WaitAsync(PollInterval, stop), RunAll, LogInterrupted, stoppingToken);

    private static async Task<(int Issued, int Before, List<(int RowNo, Refusal Why)> Faults)> Issue(
        IServiceProvider services, ImportRow import, List<ImportLine> lines, CancellationToken stop)
    {
        var db = services.GetRequiredService<BillingDb>();
        var provider = await db.Providers.AsNoTracking().SingleAsync(p => p.Id == import.ProviderId, stop);
        var terms = await services.GetRequiredService<CheckClaim>().TermsOf(provider, stop);
        var issue = services.GetRequiredService<IssueClaims>();
        var faults = new List<(int RowNo, Refusal Why)>();
        var (issued, before) = (0, 0);
        var whole = await issue.Run(terms, lines.ConvertAll(line => line.Claim), import.Id, stop);
        if (!whole.IsRefused(out _, out var done))
        {
            Take(done, lines);
            return (issued, before, faults);
        }
        // One of them is refused: each by itself, so that the others are not.
        foreach (var line in lines)
        {
            db.ChangeTracker.Clear();
            if ((await issue.Run(terms, [line.Claim], import.Id, stop)).IsRefused(out var refusal, out done))
            {
                faults.Add((line.RowNo, refusal));
                continue;
            }
            Take(done, [line]);
        }
        return (issued, before, faults);

        void Take(IssuedClaims some, List<ImportLine> of)
        {
            issued += some.New;
            before += some.Before;
            faults.AddRange(of.Where(line => some.Differing.Contains(line.Claim.BillId))
                .Select(line => (line.RowNo, BillingRefusals.ReferenceUsedDifferently)));
        }
    }

    private static async Task<bool> Count(BillingDb db, ImportChunkRow chunk, int issued, int before,
        List<(int RowNo, Refusal Why)> faults, CancellationToken stop)
    {
        var import = await db.Imports.SingleAsync(i => i.Id == chunk.ImportId, stop);
        if (import.DoneChunks != chunk.Sequence)
        {
            // Another runner has counted it.
            return false;
        }
        // A chunk done again after a crash finds its own bills there: they are this file's all the same.
        var own = before == 0
            ? 0 : await db.Claims.CountAsync(c => c.ImportId == import.Id, stop) - import.Issued - issued;
        import.DoneChunks++;
        import.Issued += issued + own;
        import.BeforeCount += before - own;
        import.LeftOut += faults.Count;
        db.AddRange(faults.Select(fault => new ImportFaultRow
        {
            ImportId = import.Id,
            RowNo = fault.RowNo,
            Field = "row",
            ReasonVi = fault.Why.Title.Vi,
            ReasonEn = fault.Why.Title.En,
        }));
        await db.SaveChangesAsync(stop);
        await db.ImportChunks.Where(c => c.ImportId == chunk.ImportId && c.Sequence == chunk.Sequence)
            .ExecuteDeleteAsync(stop);
        return true;
    }

    private async Task<bool> Finish(BillingDb db, Guid importId, CancellationToken stop)
    {
        var import = await db.Imports.SingleAsync(i => i.Id == importId, stop);
        (import.State, import.FinishedAt) = (ImportState.Finished, clock.GetUtcNow());
        await db.SaveChangesAsync(stop);
        return true;
    }

    private async Task<TResult> Ask<TService, TResult>(Func<TService, Task<TResult>> ask) where TService : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<TService>());
    }

    private async Task Attempt(Guid id, Func<Task> work, CancellationToken stop)
    {
        try
        {
            await work();
        }
#pragma warning disable CA1031 // One that fails must not hold up the others: it is tried again at the next step.
        catch (Exception failure) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFailed(id, failure);
        }
    }

    [LoggerMessage(LogLevel.Error, "The work on {Id} failed; it is tried again in a few seconds.")]
    private partial void LogFailed(Guid id, Exception failure);

    [LoggerMessage(LogLevel.Error, "Issuing bills was interrupted; it goes on in a few seconds.")]
    private partial void LogInterrupted(Exception failure);
}
