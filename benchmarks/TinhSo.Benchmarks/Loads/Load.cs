using System.Diagnostics;

namespace TinhSo.Benchmarks.Loads;

/// <summary>Callers who each wait for their answer before they ask again.</summary>
internal static class Load
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    /// <summary>Has all callers ask for a while, and tells what was answered after the warm-up.</summary>
    /// <param name="ask">Asks once, and returns when that is answered.</param>
    /// <param name="callers">How many.</param>
    /// <param name="each">How many transfers one answer stands for.</param>
    /// <param name="timing">How long.</param>
    /// <param name="gauges">What reads what is used.</param>
    /// <param name="stop">Ends it early.</param>
    public static async Task<Run> Run(Func<Random, Task> ask, int callers, int each, Timing timing, Gauges gauges,
        CancellationToken stop)
    {
        var marks = await Watch((answered, end) => CallAll(ask, callers, answered, end), timing, gauges, stop);
        return Benchmarks.Run.Between(marks[0], marks[^1], each);
    }

    /// <summary>Callers, each with a task of its own.</summary>
    public static Task CallAll(Func<Random, Task> ask, int callers, Histogram answered, CancellationToken end)
    {
        return Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => Call(caller), default)));

        async Task Call(int caller)
        {
            var random = Pick.From(caller);
            while (!end.IsCancellationRequested)
            {
                var began = Stopwatch.GetTimestamp();
                await ask(random);
                answered.Record(Stopwatch.GetElapsedTime(began).Ticks);
            }
        }
    }

    /// <summary>Marks the end of the warm-up and of each part while something works, and then ends it.</summary>
    public static async Task<IReadOnlyList<Mark>> Watch(
        Func<Histogram, CancellationToken, Task> work, Timing timing, Gauges gauges, CancellationToken stop)
    {
        var answered = new Histogram();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var began = Stopwatch.GetTimestamp();
        var working = work(answered, end.Token);
        // On a thread of its own: among thousands of callers its turn would come late.
        var marks = await Task.Factory.StartNew(() =>
        {
            stop.WaitHandle.WaitOne(timing.WarmUp);
            // What is slow to start is not measured before its first answer.
            while (answered.Count == 0 && !working.IsCompleted && !stop.WaitHandle.WaitOne(Moment))
            {
            }
            var marks = new List<Mark> { Mark() };
            for (var part = 0; part < timing.Parts; part++)
            {
                stop.WaitHandle.WaitOne(timing.Measured / timing.Parts);
                marks.Add(Mark());
            }
            return marks;
        }, stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await end.CancelAsync();
        await working;
        stop.ThrowIfCancellationRequested();
        return marks;

        Mark Mark()
        {
            var used = gauges.Read();
            return new(Stopwatch.GetElapsedTime(began), answered.Copy(), used);
        }
    }
}

/// <summary>How long something is measured, after how long, and in how many parts.</summary>
internal sealed record Timing(TimeSpan WarmUp, TimeSpan Measured, int Parts = 1);
