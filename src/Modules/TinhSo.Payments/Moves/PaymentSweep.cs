using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TinhSo.Kernel;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Requests;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Moves;

/// <summary>Finishes what a crash or an outage left undone, and marks requests that fell due.</summary>
internal sealed partial class PaymentSweep(
    IServiceScopeFactory scopes, TimeProvider clock, ILogger<PaymentSweep> log) : BackgroundService
{
    private const int BatchMax = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Whoever asked the ledger a moment ago is most likely still waiting for its answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        await Rounds.Run(
            async stop => await timer.WaitForNextTickAsync(stop), Step, LogInterrupted, stoppingToken);
    }

    /// <summary>Does all that is due once.</summary>
    public async Task Step(CancellationToken stop)
    {
        foreach (var noticeId in await FindUndecided(stop))
        {
            await Attempt(noticeId, scope => scope.GetRequiredService<DecideNotice>().Run(noticeId, stop), stop);
        }
        foreach (var batchId in await FindUnposted(stop))
        {
            await Attempt(batchId, scope => scope.GetRequiredService<PostMoves>().Post(batchId, stop), stop);
        }
        await using var scope = scopes.CreateAsyncScope();
        while (await scope.ServiceProvider.GetRequiredService<ExpireRequests>().Step(stop) > 0)
        {
            scope.ServiceProvider.GetRequiredService<PaymentsDb>().ChangeTracker.Clear();
        }
    }

    private async Task Attempt(Guid id, Func<IServiceProvider, Task> work, CancellationToken stop)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await work(scope.ServiceProvider);
        }
#pragma warning disable CA1031 // One that fails must not hold up the others: it is tried again at the next step.
        catch (Exception failure) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFailed(id, failure);
        }
    }

    private async Task<List<Guid>> FindUndecided(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var until = clock.GetUtcNow() - Patience;
        return await scope.ServiceProvider.GetRequiredService<PaymentsDb>().Notices.AsNoTracking()
            .Where(notice => notice.State == NoticeState.Received && notice.ReceivedAt <= until)
            .OrderBy(notice => notice.ReceivedAt).Take(BatchMax).Select(notice => notice.Id).ToListAsync(stop);
    }

    private async Task<List<Guid>> FindUnposted(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var until = clock.GetUtcNow() - Patience;
        var asked = await scope.ServiceProvider.GetRequiredService<PaymentsDb>().Moves.AsNoTracking()
            .Where(move => move.State == MoveState.Asked && move.AskedAt <= until)
            .OrderBy(move => move.AskedAt).Take(BatchMax).Select(move => move.BatchId).ToListAsync(stop);
        return [.. asked.Distinct()];
    }

    [LoggerMessage(LogLevel.Error, "The sweep failed at {Id}; it tries again.")]
    private partial void LogFailed(Guid id, Exception failure);

    [LoggerMessage(LogLevel.Error, "The sweep was interrupted; it goes on in a moment.")]
    private partial void LogInterrupted(Exception failure);
}
