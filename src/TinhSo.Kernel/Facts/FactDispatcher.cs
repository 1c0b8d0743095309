using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TinhSo.Kernel.Storage;

namespace TinhSo.Kernel.Facts;

/// <summary>
/// Delivers saved facts to their subscribers, in the transactions of the changes that follow from them.
/// </summary>
/// <remarks>
/// Facts that are due for one subscriber go together in one transaction, oldest first. When that fails, each is
/// attempted alone, so that one that cannot be delivered holds up nobody behind it.
/// </remarks>
public sealed partial class FactDispatcher : BackgroundService
{
    private const int BatchSizeMax = 200;
    private const int AttemptsMax = 10;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private readonly IServiceScopeFactory scopes;
    private readonly List<Subscription> subscriptions;
    private readonly FactSignal signal;
    private readonly TimeProvider clock;
    private readonly ILogger<FactDispatcher> log;

    internal FactDispatcher(IServiceScopeFactory scopes, IEnumerable<Subscription> subscriptions, FactSignal signal,
        TimeProvider clock, ILogger<FactDispatcher> log)
    {
        this.scopes = scopes;
        this.subscriptions = [.. subscriptions];
        this.signal = signal;
        this.clock = clock;
        this.log = log;
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var attempted = 1;
        return Rounds.Run(stop => attempted > 0 ? Task.CompletedTask : signal.Wait(PollInterval, stop), async stop =>
        {
            // Should this round fail, the next one waits.
            attempted = 0;
            attempted = await DeliverDue(stop);
        }, LogInterrupted, stoppingToken);
    }

    /// <summary>Attempts every delivery that is due, and returns how many there were.</summary>
    public async Task<int> DeliverDue(CancellationToken stop)
    {
        var attempted = 0;
        foreach (var group in subscriptions.GroupBy(s => s.Subscriber))
        {
            var due = await FindDue(group.First(), stop);
            attempted += due.Count;
            if (due.Count > 0 && !await TryDeliver([.. group], due, stop) && due.Count > 1)
            {
                foreach (var factId in due)
                {
                    await TryDeliver([.. group], [factId], stop);
                }
            }
        }
        return attempted;
    }

    private async Task<List<Guid>> FindDue(Subscription subscription, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var now = clock.GetUtcNow();
        return await subscription.Db(scope.ServiceProvider).Set<OutboxDelivery>()
            .Where(d => d.Subscriber == subscription.Subscriber && d.DoneAt == null && d.DueAt <= now)
            .OrderBy(d => d.FactId).Take(BatchSizeMax)
            .Select(d => d.FactId).ToListAsync(stop);
    }

    private async Task<bool> TryDeliver(Subscription[] subscriptions, List<Guid> factIds, CancellationToken stop)
    {
        var subscriber = subscriptions[0].Subscriber;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = (ModuleDb)subscriptions[0].Db(scope.ServiceProvider);
            // Asked again within each attempt: another host may have made the delivery since it was found due.
            var deliveries = await Undone(db, subscriber, factIds).ToListAsync(stop);
            var wanted = deliveries.ConvertAll(d => d.FactId);
            var facts = await db.Set<OutboxFact>().AsNoTracking()
                .Where(f => wanted.Contains(f.Id)).OrderBy(f => f.Id).ToListAsync(stop);
            foreach (var fact in facts)
            {
                var subscription = Array.Find(subscriptions, s => s.FactName == fact.Name) ?? subscriptions[0];
                await subscription.Deliver(scope.ServiceProvider, fact.ToNamedFact(), stop);
            }
            foreach (var delivery in deliveries)
            {
                delivery.Attempts++;
                delivery.DoneAt = clock.GetUtcNow();
            }
            await db.SaveChangesAsync(stop);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            // Another host has made deliveries of these since: what it left is found due again.
            return true;
        }
#pragma warning disable CA1031 // One failing subscriber must not stop the others: the failure is kept and retried.
        catch (Exception failure) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (factIds.Count == 1)
            {
                LogFailed(subscriber, factIds[0], failure);
                await Postpone(subscriptions[0], factIds[0], failure, stop);
            }
            return false;
        }
    }

    private async Task Postpone(
        Subscription subscription, Guid factId, Exception failure, CancellationToken stop)
    {
        // A fresh scope: the failed one's change tracker still holds what the handler had changed.
        await using var scope = scopes.CreateAsyncScope();
        var db = (ModuleDb)subscription.Db(scope.ServiceProvider);
        var undone = Undone(db, subscription.Subscriber, [factId]);
        var attempts = 1 + await undone.Select(d => d.Attempts).SingleOrDefaultAsync(stop);
        var due = attempts < AttemptsMax
            ? clock.GetUtcNow().AddSeconds(1 << attempts) : new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);
        // What another host has delivered meanwhile is not undone any more, and stays as it is.
        await db.InTransaction(() => undone.ExecuteUpdateAsync(set => set.SetProperty(d => d.Attempts, attempts)
            .SetProperty(d => d.LastError, failure.Message).SetProperty(d => d.DueAt, due), stop), stop);
    }

    private static IQueryable<OutboxDelivery> Undone(DbContext db, string subscriber, List<Guid> factIds) =>
        db.Set<OutboxDelivery>().Where(
            d => factIds.Contains(d.FactId) && d.Subscriber == subscriber && d.DoneAt == null);

    [LoggerMessage(LogLevel.Error, "{Subscriber} failed on fact {FactId}; it will be tried again.")]
    private partial void LogFailed(string subscriber, Guid factId, Exception failure);

    [LoggerMessage(LogLevel.Error, "The delivery of facts was interrupted; it goes on in a second.")]
    private partial void LogInterrupted(Exception failure);
}
