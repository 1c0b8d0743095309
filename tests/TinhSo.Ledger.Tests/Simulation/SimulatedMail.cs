using TinhSo.Ledger.Nodes;

namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>The letters and answers that are under way among all processes.</summary>
internal sealed class SimulatedNetwork(Defect defect)
{
    public List<Letter> Letters { get; } = [];

    public List<(Letter Letter, byte[] Answers)> Answers { get; } = [];

    /// <summary>The letters not in hand, in the order in which they are read.</summary>
    public List<Letter> Readable(IReadOnlyCollection<Guid> inHand)
    {
        var readable = Letters.Where(letter => !inHand.Contains(letter.Id)).ToList();
        if (defect is Defect.ReordersLetters)
        {
            readable.Reverse();
        }
        return readable;
    }

    public void Answer(Letter letter, byte[] answers)
    {
        Letters.RemoveAll(one => one.Id == letter.Id);
        if (Answers.TrueForAll(one => one.Letter.Id != letter.Id))
        {
            Answers.Add((letter, answers));
        }
    }

    /// <summary>Takes out the answers to one node's letters.</summary>
    public List<(Guid Letter, byte[] Answers)> Take(Guid node)
    {
        var taken = Answers.Where(one => one.Letter.Node == node).ToList();
        Answers.RemoveAll(one => one.Letter.Node == node);
        var letters = taken.Select(one => one.Letter.Id).ToList();
        if (defect is Defect.MixesAnswersUp)
        {
            letters.Reverse();
        }
        return [.. letters.Zip(taken.Select(one => one.Answers))];
    }
}

/// <summary>A process's way to the network, which goes as it is told to.</summary>
internal sealed class SimulatedMail(SimulatedNetwork network, Guid node) : IMail
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    /// <summary>How the next call goes.</summary>
    public Fault Next { get; set; }

    public Letter? LastSent { get; private set; }

    public IReadOnlyList<Letter> LastRead { get; private set; } = [];

    public Task LettersCome => Never;

    public Task AnswersCome => Never;

    public Task Send(Letter letter, CancellationToken stop) => Go(() => network.Letters.Add(LastSent = letter));

    public Task TakeBack(Guid letter, CancellationToken stop) =>
        Go(() => network.Letters.RemoveAll(one => one.Id == letter));

    public async Task<IReadOnlyList<Letter>> Read(IReadOnlyCollection<Guid> inHand, CancellationToken stop)
    {
        LastRead = [];
        List<Letter> read = [];
        await Go(() => read = network.Readable(inHand));
        LastRead = read;
        return read;
    }

    public Task Answer(Letter letter, ReadOnlyMemory<byte> answers, CancellationToken stop) =>
        Go(() => network.Answer(letter, answers.ToArray()));

    public async Task<IReadOnlyList<(Guid Letter, byte[] Answers)>> TakeAnswers(CancellationToken stop)
    {
        IReadOnlyList<(Guid, byte[])> taken = [];
        await Go(() => taken = network.Take(node));
        return taken;
    }

    public Task Sweep(CancellationToken stop) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task Go(Action act)
    {
        var fault = Next;
        Next = Fault.None;
        if (fault is not Fault.Before)
        {
            act();
        }
        return fault is Fault.None ? Task.CompletedTask : Task.FromException(new IOException("The network failed."));
    }
}
