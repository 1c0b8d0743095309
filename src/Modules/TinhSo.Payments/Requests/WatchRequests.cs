using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TinhSo.Kernel;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Requests;

/// <summary>Tells those who have a payment's page open when its state changes.</summary>
/// <remarks>
/// However many watch, the database is asked once a turn for all codes that are watched, so that it does not matter
/// on which node the money came in. A page that is open costs a connection and no more.
/// </remarks>
internal sealed partial class WatchRequests(
    IServiceScopeFactory scopes, IConfiguration configuration, TimeProvider clock, IHostApplicationLifetime lifetime,
    ILogger<WatchRequests> log) : BackgroundService
{
    /// <summary>Sent at once, and now and then, so that both sides know that the other is there.</summary>
    public const string Waiting = "waiting";

    /// <summary>Sent once, as the last thing: the page is to be loaded anew.</summary>
    public const string Changed = "changed";

    // Keeps the list of parameters of one query within what either engine allows.
    private const int ChunkMax = 500;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(20);

    // Then the browser comes again by itself: no connection stays for ever.
    private static readonly TimeSpan WatchMax = TimeSpan.FromMinutes(10);

    private readonly int watchersMax = configuration.GetValue("Payments:Limits:Watchers", 5_000);
    private readonly ConcurrentDictionary<Watcher, byte> watchers = new();

    /// <summary>How many watch now.</summary>
    public int Count => watchers.Count;

    /// <summary>Whether one more may watch; <c>Payments:Limits:Watchers</c> on each node, 5,000 unless set.</summary>
    public bool HasRoom => watchers.Count < watchersMax;

    /// <summary>Follows a request until its state is another.</summary>
    /// <param name="code">The request's.</param>
    /// <param name="seen">The state that the page shows.</param>
    /// <param name="stop">Ends the watching, as when the page is closed.</param>
    /// <returns>What is sent, as events of the HTML standard (server-sent events).</returns>
    public async IAsyncEnumerable<SseItem<string>> Watch(
        string code, PaymentState seen, [EnumeratorCancellation] CancellationToken stop)
    {
        var watcher = new Watcher(code, seen);
        // Whoever watches does not keep the platform from ending.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, lifetime.ApplicationStopping);
        watchers.TryAdd(watcher, 0);
        try
        {
            var until = clock.GetUtcNow() + WatchMax;
            do
            {
                yield return new SseItem<string>(seen.ToString(), Waiting);
                if (await watcher.HasChanged(SignOfLife, clock, ending.Token))
                {
                    yield return new SseItem<string>(seen.ToString(), Changed);
                    yield break;
                }
            }
            while (clock.GetUtcNow() < until && !ending.IsCancellationRequested);
        }
        finally
        {
            watchers.TryRemove(watcher, out _);
        }
    }

    /// <summary>Asks once for all that is watched.</summary>
    public async Task Look(CancellationToken stop)
    {
        var watched = watchers.Keys.ToLookup(watcher => watcher.Code);
        if (watched.Count == 0)
        {
            return;
        }
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PaymentsDb>();
        foreach (var codes in watched.Select(group => group.Key).Chunk(ChunkMax))
        {
            var states = await db.Requests.AsNoTracking().Where(request => codes.Contains(request.Code))
                .Select(request => new { request.Code, request.State }).ToListAsync(stop);
            foreach (var watcher in states.SelectMany(one => watched[one.Code].Where(who => who.Seen != one.State)))
            {
                watcher.Wake();
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Turn, clock);
        await Rounds.Run(
            async stop => await timer.WaitForNextTickAsync(stop), Look, LogInterrupted, stoppingToken);
    }

    [LoggerMessage(LogLevel.Error, "Watching payments was interrupted; it goes on in a moment.")]
    private partial void LogInterrupted(Exception failure);

    /// <summary>One open page.</summary>
    private sealed class Watcher(string code, PaymentState seen)
    {
        private readonly TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Code => code;

        public PaymentState Seen => seen;

        public void Wake() => changed.TrySetResult();

        public async Task<bool> HasChanged(TimeSpan within, TimeProvider clock, CancellationToken stop)
        {
            await changed.Task.WaitAsync(within, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return changed.Task.IsCompleted;
        }
    }
}
