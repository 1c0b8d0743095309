using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TinhSo.Ledger.Followers;
using TinhSo.Ledger.Writing;

namespace TinhSo.Ledger;

/// <summary>Hands the ledger's log to each module that follows it, each at its own pace.</summary>
/// <remarks>
/// A chunk that fails is tried again after growing pauses and never skipped: what follows it waits, since a module
/// that had missed a transfer would be wrong about money. Other followers go on meanwhile.
/// </remarks>
public sealed partial class LedgerFollowers : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseMax = TimeSpan.FromMinutes(1);
    private static readonly Task Never = new TaskCompletionSource().Task;

    private readonly IServiceScopeFactory scopes;
    private readonly List<LedgerFollower> followers;
    private readonly LedgerSignal signal;
    private readonly TimeProvider clock;
    private readonly ILogger<LedgerFollowers> log;

    internal LedgerFollowers(IServiceScopeFactory scopes, IEnumerable<LedgerFollower> followers, LedgerSignal signal,
        TimeProvider clock, ILogger<LedgerFollowers> log)
    {
        this.scopes = scopes;
        this.followers = [.. followers];
        this.signal = signal;
        this.clock = clock;
        this.log = log;
    }

    /// <summary>Has every follower take in all that the log holds; the first failure is thrown.</summary>
    public async Task CatchUp(CancellationToken stop)
    {
        foreach (var follower in followers)
        {
            while (await TakeChunk(follower, stop))
            {
                // Each turn takes the next chunk in.
            }
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(followers.Select(follower => Follow(follower, stoppingToken)));

    private async Task Follow(LedgerFollower follower, CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            var grown = signal.Next;
            try
            {
                if (await TakeChunk(follower, stop))
                {
                    failures = 0;
                    continue;
                }
                failures = 0;
                await WaitFor(grown, PollInterval, stop);
            }
#pragma warning disable CA1031 // The loop outlives whatever fails in a follower, and tries the same chunk again.
            catch (Exception failure) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
            {
                var pause = TimeSpan.FromSeconds(Math.Min(1 << Math.Min(failures++, 10), PauseMax.TotalSeconds));
                LogFailed(follower.Name, pause, failure);
                await WaitFor(Never, pause, stop);
            }
        }
    }

    private async Task<bool> TakeChunk(LedgerFollower follower, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await follower.TakeChunk(scope.ServiceProvider, stop);
    }

    private async Task WaitFor(Task grown, TimeSpan atMost, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(grown, Task.Delay(atMost, clock, over.Token));
        await over.CancelAsync();
    }

    [LoggerMessage(LogLevel.Error, "{Follower} failed to follow the ledger; it is tried again in {Pause}.")]
    private partial void LogFailed(string follower, TimeSpan pause, Exception failure);
}
