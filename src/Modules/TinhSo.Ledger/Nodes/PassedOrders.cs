using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using TinhSo.Ledger.Writing;

namespace TinhSo.Ledger.Nodes;

/// <summary>Takes in what other nodes pass to the one that writes, and answers them.</summary>
/// <remarks>
/// A letter stays until its answer takes its place. If this node ends in between, the next one reads it again, and the
/// orders in it, which have ids, are answered as the first time.
/// </remarks>
internal sealed partial class PassedOrders(IMail mail, Writer writer, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, Task> inHand = [];

    /// <summary>Goes on until it is stopped, or another node writes.</summary>
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
                var letters = await mail.Read([.. inHand.Keys], stop);
                foreach (var letter in letters)
                {
                    // In order: all of a letter is in the writer's queue before the next one is opened.
                    inHand[letter.Id] = Decide(letter, stop);
                }
                if (letters.Count == 0)
                {
                    await Passing.WaitFor(come, LookEvery, clock, stop);
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
        await Task.WhenAll(inHand.Values);
    }

    private Task Decide(Letter letter, CancellationToken stop)
    {
        try
        {
            var works = Envelope.ReadOrders(letter.Orders.Span).Select(order => order.ToWork()).ToArray();
            foreach (var work in works)
            {
                writer.Take(work);
            }
            return Answer(letter, works, stop);
        }
        catch (JsonException unreadable)
        {
            // Of another version of the program: it stays in hand unanswered, and holds nobody else up.
            LogFailed(unreadable);
            return Task.CompletedTask;
        }
    }

    private async Task Answer(Letter letter, AskedWork[] works, CancellationToken stop)
    {
        // Not within the task that reads letters, nor within the writer's answers.
        await Task.Yield();
        try
        {
            var answers = await Task.WhenAll(works.Select(work => work.Tell()));
            // What a writer that was replaced says is no answer: the letter stays for the one that replaced it.
            if (!writer.Replaced.IsCompleted)
            {
                await mail.Answer(letter, Envelope.Write(answers), CancellationToken.None);
            }
        }
#pragma warning disable CA1031 // Whatever failed: the letter is still there, is read again and answered the same.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailed(failure);
            await Passing.WaitFor(Passing.Never, LookEvery, clock, stop);
        }
        finally
        {
            inHand.TryRemove(letter.Id, out _);
        }
    }

    [LoggerMessage(LogLevel.Warning, "What other nodes passed to the ledger could not be taken in; tried again.")]
    private partial void LogFailed(Exception failure);
}
