using System.Globalization;
using TinhSo.Benchmarks.Loads;
using TinhSo.Benchmarks.Suites;
using TinhSo.Kernel.Storage;

namespace TinhSo.Benchmarks;

/// <summary>Runs suites one after another, and keeps what each of them came to.</summary>
/// <param name="plan">How.</param>
/// <param name="progress">Takes a line now and then.</param>
internal sealed class Session(Plan plan, TextWriter progress) : IAsyncDisposable
{
    public static readonly IReadOnlyList<ISuite> Suites =
        [new EngineSuite(), new SizeSuite(), new HttpSuite(), new SteadySuite()];

    private bool isCounted = true;
    private Disk? disk;

    public Plan Plan => plan;

    public Stores Stores { get; } = new(plan);

    public Results Results { get; } = new();

    public Timing Timing => new(plan.WarmUp, plan.Measured);

    /// <summary>A number for each turn in which all of a suite runs; those below 1 are not counted.</summary>
    public IEnumerable<int> Turns()
    {
        for (var turn = 1 - plan.Uncounted; turn <= plan.Repetitions; turn++)
        {
            isCounted = turn > 0;
            yield return turn;
        }
    }

    /// <summary>Runs one suite; a failure is kept among the results: the other suites count all the same.</summary>
    public async Task Run(ISuite suite, CancellationToken stop)
    {
        isCounted = true;
        try
        {
            await suite.Run(this, stop);
        }
#pragma warning disable CA1031 // Hours of measuring are not lost because one of them failed.
        catch (Exception failure) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Results.Fail(suite.Name, failure);
            await progress.WriteLineAsync($"{suite.Name} failed: {failure}");
        }
    }

    /// <summary>Waits before a run while others have the machine.</summary>
    public Task Rest(CancellationToken stop) => (disk ??= new Disk(Stores.Folder, plan.Patience)).Rest(stop);

    /// <summary>How often runs waited for that, in words; null when none did.</summary>
    public string? Rested => disk?.Rested is { Times: > 0 } rested ? string.Create(CultureInfo.InvariantCulture,
        $"{rested.Times} times a run waited for a calm machine, {rested.Long.TotalMinutes:N0} minutes in all; "
        + $"{rested.InVain} times in vain") : null;

    /// <summary>What reads what is used by those that work on a store.</summary>
    public Task<Gauges> Gauge(Engine engine, int? webServer, CancellationToken stop) =>
        Gauges.Open(engine is Engine.Postgres ? plan.Postgres : null, webServer, stop);

    public void Add(Row row, Run run)
    {
        if (isCounted)
        {
            Results.Add(row, run);
        }
        var end = isCounted ? "" : ", not counted";
        Tell($"{row.Suite}: {row.What}, {row.Store}, {row.Callers:N0} callers: {run.Rate:N0}/s, {run.P99:N1} ms{end}");
    }

    public void Tell(FormattableString line) => progress.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    public ValueTask DisposeAsync() => Stores.DisposeAsync();
}
