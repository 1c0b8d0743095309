using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using TinhSo.Ledger.Writing;

namespace TinhSo.Ledger.Nodes;

/// <summary>Passes this node's orders to the one that writes, and hands the answers to those who wait.</summary>
internal sealed partial class Passing
{
    /// <summary>How many orders go in one letter at the most.</summary>
    public const int LetterMax = 4_096;
    // Longer than it takes another node to become the one that writes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly IMail mail;
    private readonly Guid node;
    private readonly LedgerSignal signal;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly PipeScheduler answering;
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, (List<AskedWork> Works, DateTimeOffset SentAt)> sent = [];
    private TaskCompletionSource allAnswered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Passing(IMail mail, Guid node, LedgerSignal signal, TimeProvider clock, ILogger log,
        PipeScheduler? answering = null)
    {
        (this.mail, this.node, this.signal, this.clock, this.log) = (mail, node, signal, clock, log);
        this.answering = answering ?? PipeScheduler.ThreadPool;
        allAnswered.SetResult();
    }

    /// <summary>Ends when every letter that was sent has been answered, or given up.</summary>
    public Task AllAnswered
    {
        get
        {
            lock (gate)
            {
                return allAnswered.Task;
            }
        }
    }

    /// <summary>Passes these on as one letter; nobody waits here for its answer.</summary>
    public async Task Send(List<AskedWork> works, CancellationToken stop)
    {
        var letter = new Letter(Guid.CreateVersion7(), node, Envelope.Write(works));
        lock (gate)
        {
            // Before it is sent: the answer may come at once.
            sent.Add(letter.Id, (works, clock.GetUtcNow()));
            if (sent.Count == 1)
            {
                allAnswered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
        try
        {
            await mail.Send(letter, stop);
        }
        catch
        {
            // Perhaps it was sent all the same: they are told that they do not know.
            Refuse(Take(letter.Id));
            throw;
        }
    }

    /// <summary>Hands out answers until it is stopped, and then refuses whatever still waits for one.</summary>
    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var come = mail.AnswersCome;
            try
            {
                if (Sent().Count > 0)
                {
                    await HandOut(stop);
                    await GiveUpLate(stop);
                }
                await WaitFor(come, LookEvery, clock, stop);
            }
#pragma warning disable CA1031 // The server may be away for a while: the loop outlives that.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                if (!stop.IsCancellationRequested)
                {
                    LogFailed(failure);
                    await WaitFor(Never, LookEvery, clock, stop);
                }
            }
        }
        foreach (var letter in Sent())
        {
            Refuse(Take(letter.Id));
        }
    }

    /// <summary>Tells those who wait what has been answered.</summary>
    public async Task HandOut(CancellationToken stop)
    {
        foreach (var (letter, written) in await mail.TakeAnswers(stop))
        {
            var answers = Envelope.ReadAnswers(written);
            var works = Take(letter);
            // What a caller does next runs within this: not on the task that reads.
            answering.Schedule(static both => Tell(((List<AskedWork>, PassedAnswer[]))both!), (works, answers));
            // The log has grown by what another node wrote: whoever follows it here need not wait to find out.
            signal.Raise();
        }
    }

    /// <summary>Refuses those whose letter has had no answer for too long.</summary>
    public async Task GiveUpLate(CancellationToken stop)
    {
        var late = clock.GetUtcNow() - Patience;
        foreach (var letter in Sent().Where(letter => letter.SentAt < late))
        {
            Refuse(Take(letter.Id));
            await mail.TakeBack(letter.Id, stop);
        }
    }

    private List<(Guid Id, DateTimeOffset SentAt)> Sent()
    {
        lock (gate)
        {
            return [.. sent.Select(letter => (letter.Key, letter.Value.SentAt))];
        }
    }

    /// <summary>Those who wait for this letter's answer, whom nobody else then answers.</summary>
    private List<AskedWork> Take(Guid letter)
    {
        lock (gate)
        {
            var isThere = sent.Remove(letter, out var waiting);
            if (isThere && sent.Count == 0)
            {
                allAnswered.TrySetResult();
            }
            return isThere ? waiting.Works : [];
        }
    }

    private static void Tell((List<AskedWork> Works, PassedAnswer[] Answers) both)
    {
        for (var i = 0; i < both.Works.Count; i++)
        {
            // A letter that could not be read has no answers.
            both.Works[i].Answer(i < both.Answers.Length ? both.Answers[i] : PassedAnswer.Unknown);
        }
    }

    private void Refuse(List<AskedWork> works) => Asking.Refuse(works, answering);

    /// <summary>Waits for news, or so long.</summary>
    internal static async Task WaitFor(Task news, TimeSpan atMost, TimeProvider clock, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(news, Task.Delay(atMost, clock, over.Token));
        await over.CancelAsync();
    }

    internal static readonly Task Never = new TaskCompletionSource().Task;

    [LoggerMessage(LogLevel.Warning, "Answers from the node that writes the ledger could not be read; tried again.")]
    private partial void LogFailed(Exception failure);
}
