using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TinhSo.Kernel;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Privacy;
using TinhSo.Privacy.Rules;
using TinhSo.Privacy.Storage;

namespace TinhSo.Privacy.Retention;

/// <summary>What was erased by one rule on one day.</summary>
[Audited]
internal sealed class RetentionRun
{
    public required Guid Id { get; init; }
    public required string Rule { get; init; }
    public required DateTimeOffset RanAt { get; init; }

    /// <summary>What had come to its end before this was erased.</summary>
    public required DateTimeOffset Before { get; init; }

    /// <summary>How many rows; null while it is under way, and when it was broken off.</summary>
    public long? Erased { get; set; }

    public required string LegalBasis { get; init; }
}

/// <summary>What was erased by one rule on one day.</summary>
/// <param name="Rule">Such as <c>sessions</c>.</param>
/// <param name="RanAt">When, UTC.</param>
/// <param name="Before">What had come to its end before this instant was erased, UTC.</param>
/// <param name="Erased">How many rows; null while it is under way, and when it was broken off.</param>
/// <param name="LegalBasis">Which text set the period then.</param>
internal sealed record RetentionRunView(
    string Rule, DateTimeOffset RanAt, DateTimeOffset Before, long? Erased, string LegalBasis);

/// <summary>Erases in every module what the rules of retention no longer let stay, once a day.</summary>
/// <remarks>
/// Of several nodes the one erases that records the day's turn first. What is broken off is left to the next day.
/// </remarks>
internal sealed class RetireOld(PrivacyDb db, IEnumerable<IHoldPersonalData> holders, TimeProvider clock)
{
    /// <summary>Applies every rule that was not applied today; returns how many rows were erased.</summary>
    public async Task<long> RunDue(CancellationToken stop)
    {
        var total = 0L;
        var today = clock.Today();
        foreach (var (holder, name) in holders.SelectMany(one => one.Retires.Select(rule => (one, rule))))
        {
            var id = Ids.From("privacy.retention", $"{name}/{today:yyyy-MM-dd}");
            var rule = await db.RuleOn(RuleCodes.Retention(name), today, stop);
            if (rule.Before(clock.GetUtcNow()) is not { } before
                || await db.RetentionRuns.AnyAsync(run => run.Id == id, stop))
            {
                continue;
            }
            var run = db.Add(new RetentionRun
            {
                Id = id,
                Rule = name,
                RanAt = clock.GetUtcNow(),
                Before = before,
                LegalBasis = rule.LegalBasis,
            }).Entity;
            try
            {
                await db.SaveChangesAsync(stop);
            }
            catch (DbUpdateException)
            {
                // Another node has taken the turn in the same moment.
                db.ChangeTracker.Clear();
                continue;
            }
            run.Erased = await holder.Retire(name, before, stop);
            await db.SaveChangesAsync(stop);
            total += run.Erased.Value;
        }
        return total;
    }

    /// <summary>What was erased lately, newest first.</summary>
    public async Task<IReadOnlyList<RetentionRunView>> Runs(int max, CancellationToken stop) =>
        (await db.RetentionRuns.AsNoTracking().OrderByDescending(run => run.RanAt).ThenBy(run => run.Rule).Take(max)
            .ToListAsync(stop)).ConvertAll(run => new RetentionRunView(
                run.Rule, run.RanAt, run.Before, run.Erased, run.LegalBasis));
}

/// <summary>Has what is old erased, looking each hour whether a day's turn has come.</summary>
internal sealed partial class RetentionClock(
    IServiceScopeFactory scopes, ILogger<RetentionClock> log) : BackgroundService
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // First wait: whoever starts is busy enough, and a command may be done before.
                await Task.Delay(LookInterval, stoppingToken);
                await using var scope = scopes.CreateAsyncScope();
                var old = scope.ServiceProvider.GetRequiredService<RetireOld>();
                if (await old.RunDue(stoppingToken) is > 0 and var rows)
                {
                    LogErased(rows);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The database may be away for a while: the loop outlives that.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                LogInterrupted(failure);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "{Rows} rows were erased because their time was over.")]
    private partial void LogErased(long rows);

    [LoggerMessage(LogLevel.Error, "Erasing what is old was interrupted; it goes on in an hour.")]
    private partial void LogInterrupted(Exception failure);
}
