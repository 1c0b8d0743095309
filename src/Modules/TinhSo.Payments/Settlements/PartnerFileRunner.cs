using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TinhSo.Kernel;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Settlements;

/// <summary>Books confirmed files some lines at a time, and takes up again what a restart broke off.</summary>
internal sealed partial class PartnerFileRunner(
    IServiceScopeFactory scopes, ILogger<PartnerFileRunner> log) : BackgroundService
{
    private const int FilesAtOnce = 20;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(3);
    private readonly SemaphoreSlim woken = new(1, 1);

    /// <summary>Has a confirmed file taken up at once.</summary>
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

    /// <summary>Books all that is confirmed.</summary>
    public async Task RunAll(CancellationToken stop)
    {
        foreach (var fileId in await Ask(db => db.PartnerFiles.AsNoTracking()
            .Where(file => file.State == PartnerFileState.Running).OrderBy(file => file.DecidedAt)
            .Select(file => file.Id).Take(FilesAtOnce).ToListAsync(stop)))
        {
            await Attempt(fileId, stop);
        }
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<BookPartnerFile>().DropBroken(stop);
    }

    /// <summary>Books the next lines of a file; false when there are none left.</summary>
    internal async Task<bool> Step(Guid fileId, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<BookPartnerFile>().Step(fileId, stop);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.Run(stop => woken.WaitAsync(PollInterval, stop), RunAll, LogInterrupted, stoppingToken);

    private async Task<TResult> Ask<TResult>(Func<PaymentsDb, Task<TResult>> ask)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<PaymentsDb>());
    }

    private async Task Attempt(Guid fileId, CancellationToken stop)
    {
        try
        {
            while (await Step(fileId, stop))
            {
                // Each step is saved by itself, so that progress shows and a restart loses at most one.
            }
        }
#pragma warning disable CA1031 // One that fails must not hold up the others: it is tried again at the next round.
        catch (Exception failure) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFailed(fileId, failure);
        }
    }

    [LoggerMessage(LogLevel.Error, "Booking the file {FileId} failed; it goes on in a few seconds.")]
    private partial void LogFailed(Guid fileId, Exception failure);

    [LoggerMessage(LogLevel.Error, "Booking partners' files was interrupted; it goes on in a few seconds.")]
    private partial void LogInterrupted(Exception failure);
}
