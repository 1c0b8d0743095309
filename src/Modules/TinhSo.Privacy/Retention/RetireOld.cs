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
/// Of several nodes the one erases that records the day's turn first. What was broken off is taken up again an hour
/// after it was begun: erasing what is erased already does nothing.
/// </remarks>
internal sealed class RetireOld(PrivacyDb db, IEnumerable<IHoldPersonalData> holders, TimeProvider clock)
{
    private static readonly TimeSpan TurnMax = TimeSpan.FromHours(1);

    /// <summary>Applies every rule that was not applied today; returns how many rows were erased.</summary>
    /// <exception cref="AggregateException">Some could not be applied; the others were.</exception>
    public async Task<long> RunDue(CancellationToken stop)
    {
        var (total, failures) = (0L, new List<Exception>());
        var today = clock.Today();
        foreach (var (holder, name) in holders.SelectMany(one => one.Retires.Select(rule => (one, rule))))
        {
            var id = Ids.From("privacy.retention", $"{name}/{today:yyyy-MM-dd}");
            var rule = await db.RuleOn(RuleCodes.Retention(name), today, stop);
            if (rule.Before(clock.GetUtcNow()) is not { } before)
            {
                continue;
            }
            var run = await db.RetentionRuns.SingleOrDefaultAsync(one => one.Id == id, stop);
            if (run is null)
            {
                run = await Begin(id, name, before, rule.LegalBasis, stop);
            }
            else if (run.Erased is not null || clock.GetUtcNow() - run.RanAt < TurnMax)
            {
                continue;
            }
            if (run is null)
            {
                continue;
            }
            try
            {
                run.Erased = await holder.Retire(name, run.Before, stop);
                await db.SaveChangesAsync(stop);
                total += run.Erased.Value;
            }
#pragma warning disable CA1031 // One rule that cannot be applied does not keep the others from being.
            catch (Exception failure) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
            {
                failures.Add(failure);
            }
        }
        return failures.Count == 0 ? total : throw new AggregateException(failures);
    }

    private async Task<RetentionRun?> Begin(
        Guid id, string name, DateTimeOffset before, string legalBasis, CancellationToken stop)
    {
        var run = db.Add(new RetentionRun
        {
            Id = id,
            Rule = name,
            RanAt = clock.GetUtcNow(),
            Before = before,
            LegalBasis = legalBasis,
        }).Entity;
        try
        {
            await db.SaveChangesAsync(stop);
            return run;
        }
        catch (DbUpdateException)
        {
            // Another node has taken the turn in the same moment.
            db.ChangeTracker.Clear();
            return null;
        }
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

    // First wait: whoever starts is busy enough, and a command may be done before.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.Run(
        stop => Task.Delay(LookInterval, stop), Retire, LogInterrupted, stoppingToken);

    private async Task Retire(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<RetireOld>().RunDue(stop) is > 0 and var rows)
        {
            LogErased(rows);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Rows} rows were erased because their time was over.")]
    private partial void LogErased(long rows);

    [LoggerMessage(LogLevel.Error, "Erasing what is old was interrupted; it goes on in an hour.")]
    private partial void LogInterrupted(Exception failure);
}
