namespace TinhSo.Ledger.Nodes;

/// <summary>How nodes that do not write pass orders to the one that does, and get its answers.</summary>
/// <remarks>Letters and answers may be lost, and are then not answered; none is delivered changed.</remarks>
internal interface IMail : IAsyncDisposable
{
    /// <summary>Ends when letters may have come. Taken before reading, so that nothing is missed in between.</summary>
    Task LettersCome { get; }

    /// <summary>Ends when answers to this node may have come.</summary>
    Task AnswersCome { get; }

    /// <summary>Leaves a letter for whoever writes; those of one node are read in the order they were sent.</summary>
    Task Send(Letter letter, CancellationToken stop);

    /// <summary>Takes a letter back, if nobody has answered it.</summary>
    Task TakeBack(Guid letter, CancellationToken stop);

    /// <summary>Some letters, oldest first, except those that the reader has in hand.</summary>
    Task<IReadOnlyList<Letter>> Read(IReadOnlyCollection<Guid> inHand, CancellationToken stop);

    /// <summary>Replaces a letter by its answer.</summary>
    Task Answer(Letter letter, ReadOnlyMemory<byte> answers, CancellationToken stop);

    /// <summary>Takes out what came for this node.</summary>
    Task<IReadOnlyList<(Guid Letter, byte[] Answers)>> TakeAnswers(CancellationToken stop);

    /// <summary>Throws away what nobody waits for any longer.</summary>
    Task Sweep(CancellationToken stop);
}

/// <summary>Orders that a node passes on together.</summary>
/// <param name="Id">Chosen by the node.</param>
/// <param name="Node">Whose.</param>
/// <param name="Orders">In order, as <see cref="Envelope"/> writes them.</param>
internal sealed record Letter(Guid Id, Guid Node, ReadOnlyMemory<byte> Orders);
