using System.IO.Pipelines;
using Microsoft.Extensions.Logging.Abstractions;
using TinhSo.Ledger.Nodes;
using TinhSo.Ledger.Writing;

namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>A process's real ways to pass orders on, and to take in those of others.</summary>
internal sealed class Correspondence
{
    private readonly SimulatedMail mail;
    private readonly Passing passing;
    private readonly PassedOrders passedOrders;
    private readonly SimulatedClock clock;
    private readonly SimulatedThread thread;
    private readonly Door door = new();
    private List<Submission> passed = [];

    public Correspondence(
        SimulatedNetwork network, Guid node, SimulatedClock clock, Task replaced, SimulatedThread thread)
    {
        (this.clock, this.thread) = (clock, thread);
        mail = new SimulatedMail(network, node);
        passing = new Passing(
            mail, node, new LedgerSignal(), clock, NullLogger.Instance, PipeScheduler.Inline);
        passedOrders = new PassedOrders(mail, door, replaced, clock, NullLogger.Instance);
    }

    /// <summary>Those who wait for another process's answer.</summary>
    public IReadOnlyList<Submission> Waiting => passed;

    /// <summary>Passes orders on, and tells in which letter; null when it was never under way.</summary>
    public async Task<Guid?> Pass(List<Submission> submissions, Fault fault)
    {
        foreach (var submission in submissions)
        {
            submission.Give(door, clock);
        }
        passed.AddRange(submissions);
        mail.Next = fault;
        await Try(() => passing.Send([.. door.Open()], CancellationToken.None));
        return fault is Fault.Before ? null : mail.LastSent!.Id;
    }

    /// <summary>Takes in what others passed, and gives back their orders, which nobody has decided yet.</summary>
    public async Task<IEnumerable<(AskedWork Work, Guid Letter, int Index)>> TakeIn(Fault fault)
    {
        mail.Next = fault;
        await Try(() => passedOrders.TakeIn(CancellationToken.None));
        return door.Open().Zip(mail.LastRead.SelectMany(letter => Envelope.ReadOrders(letter.Orders.Span)
            .Select((_, index) => (letter.Id, index))), (work, of) => (work, of.Id, of.index));
    }

    public Task Answer(Fault fault)
    {
        mail.Next = fault;
        return Try(() => passedOrders.AnswerDecided(CancellationToken.None));
    }

    /// <summary>Hands out the answers that have come, gives up what has waited too long, and tells who has heard.</summary>
    public async Task<List<Submission>> HandOut(Fault fault)
    {
        mail.Next = fault;
        await Try(() => passing.HandOut(CancellationToken.None));
        await thread.Run(() => passing.GiveUpLate(CancellationToken.None));
        var heard = passed.Where(submission => submission.IsAnswered).ToList();
        passed = [.. passed.Except(heard)];
        foreach (var submission in heard)
        {
            await submission.Hear();
        }
        return heard;
    }

    private async Task Try(Func<Task> call)
    {
        try
        {
            await thread.Run(call);
        }
        catch (IOException)
        {
            // As the loops of the engine do: it is tried again some other time.
        }
    }

    /// <summary>Holds orders back until somebody decides what becomes of them.</summary>
    private sealed class Door : IOrders
    {
        private List<AskedWork> works = [];

        public void Take(AskedWork work) => works.Add(work);

        public List<AskedWork> Open()
        {
            var held = works;
            works = [];
            return held;
        }
    }
}
