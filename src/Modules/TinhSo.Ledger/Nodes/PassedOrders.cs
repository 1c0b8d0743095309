using System.Text.Json;
using Microsoft.Extensions.Logging;
using TinhSo.Ledger.Writing;

namespace TinhSo.Ledger.Nodes;

/// <summary>Takes in what other nodes pass to the one that writes, and answers them.</summary>
/// <remarks>
/// A letter stays until its answer takes its place. If this node ends in between, the next one reads it again, and the
/// orders in it, which have ids, are answered as the first time.
/// </remarks>
/// <param name="mail">Where letters come.</param>
/// <param name="writer">Decides.</param>
/// <param name="replaced">Ends when the writer was replaced: what it says from then on is no answer.</param>
/// <param name="clock">Says when to look.</param>
/// <param name="log">Told of what fails.</param>
internal sealed partial class PassedOrders(
    IMail mail, IOrders writer, Task replaced, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);

    private readonly List<(Letter Letter, Task<PassedAnswer[]> Decided)> inHand = [];

    /// <summary>Goes on until it is stopped.</summary>
    public async Task Run(CancellationToken stop)
    {
        var sweepAt = clock.GetUtcNow();
        while (!stop.IsCancellationRequested)
        {
            var come = mail.LettersCome;
            try
            {
                if (clock.GetUtcNow() >= sweepAt)
                {
                    await mail.Sweep(stop);
                    sweepAt = clock.GetUtcNow() + SweepEvery;
                }
                await AnswerDecided(stop);
                if (!await TakeIn(stop))
                {
                    await Passing.WaitFor(
                        Task.WhenAny([come, .. inHand.Select(one => one.Decided)]), LookEvery, clock, stop);
                }
            }
#pragma warning disable CA1031 // The server may be away for a while: the loop outlives that.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                if (!stop.IsCancellationRequested)
                {
                    LogFailed(failure);
                    await Passing.WaitFor(Passing.Never, LookEvery, clock, stop);
                }
            }
        }
        // What was decided while it was being stopped; what cannot be told now is told by the next one.
        await Task.WhenAll(inHand.Select(one => one.Decided));
        await AnswerDecided(CancellationToken.None).ContinueWith(
            _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>Hands what has come to the writer, in order, and tells whether anything had.</summary>
    public async Task<bool> TakeIn(CancellationToken stop)
    {
        var letters = await mail.Read([.. inHand.Select(one => one.Letter.Id)], stop);
        foreach (var letter in letters)
        {
            inHand.Add((letter, Decide(letter)));
        }
        return letters.Count > 0;
    }

    /// <summary>Replaces by its answer every letter of which all orders are decided.</summary>
    public async Task AnswerDecided(CancellationToken stop)
    {
        foreach (var (letter, decided) in inHand.Where(one => one.Decided.IsCompleted).ToList())
        {
            if (!replaced.IsCompleted)
            {
                await mail.Answer(letter, Envelope.Write(await decided), stop);
            }
            inHand.Remove((letter, decided));
        }
    }

    private Task<PassedAnswer[]> Decide(Letter letter)
    {
        try
        {
            var works = Envelope.ReadOrders(letter.Orders.Span).Select(order => order.ToWork()).ToArray();
            foreach (var work in works)
            {
                writer.Take(work);
            }
            return Task.WhenAll(works.Select(work => work.Tell()));
        }
        catch (JsonException unreadable)
        {
            // Of another version of the program: whoever sent it is told nothing, and holds nobody else up.
            LogFailed(unreadable);
            return Task.FromResult<PassedAnswer[]>([]);
        }
    }

    [LoggerMessage(LogLevel.Warning, "What other nodes passed to the ledger could not be taken in; tried again.")]
    private partial void LogFailed(Exception failure);
}
