using System.Diagnostics.CodeAnalysis;
using TinhSo.Kernel.Http;
using TinhSo.Ledger.Tests.Simulation;

namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>Many callers that post everything there is to a ledger, and say what they ask and what they are told.</summary>
/// <param name="ledger">Takes the orders.</param>
/// <param name="say">Takes what is said, line by line, before whoever said it goes on.</param>
/// <param name="earlier">What was asked before, some of which is asked again.</param>
/// <param name="seed">Of all chance.</param>
internal sealed class Load(ILedger ledger, Action<Said> say, IReadOnlyList<Ask> earlier, ulong seed)
{
    public const int Callers = 32;

    private readonly Lock gate = new();
    private readonly Choice choice = new(new Dice(seed), earlier);
    private long numbers;

    /// <summary>Has all callers go on until they have asked so often together, or may no longer.</summary>
    public async Task Run(long asks, CancellationToken enough)
    {
        foreach (var account in Accounts.All)
        {
            TestLedger.Accepted(await ledger.Open(account, default));
        }
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested && TryChoose(caller, asks, out var ask))
            {
                await Give(ask);
            }
        }, CancellationToken.None)));
    }

    private async Task Give(Ask ask)
    {
        say(new Said(ask, null));
        var answers = await Post(ask);
        lock (gate)
        {
            choice.Learn(answers);
        }
        say(new Said(null, new Answered(ask.Number, answers)));
    }

    private bool TryChoose(int caller, long asks, [NotNullWhen(true)] out Ask? ask)
    {
        lock (gate)
        {
            ask = numbers < asks ? choice.Next(numbers++, caller) : null;
        }
        return ask is not null;
    }

    private async Task<IReadOnlyList<Answer>> Post(Ask ask)
    {
        switch (ask.Shape)
        {
            case Shape.Linked:
                var linked = await ledger.PostLinked(ask.Orders, default);
                return linked.IsRefused(out var why, out var posted)
                    ? [.. ask.Orders.Select(_ => new Answer(why.Code, null))]
                    : [.. posted.Select(transfer => new Answer(null, transfer))];
            case Shape.Each:
                return [.. (await ledger.PostEach(ask.Orders, default)).Select(AnswerOf)];
            default:
                return [AnswerOf(await ledger.Post(ask.Orders[0], default))];
        }
    }

    private static Answer AnswerOf(Outcome<LedgerTransfer> outcome) =>
        outcome.IsRefused(out var why, out var transfer) ? new Answer(why.Code, null) : new Answer(null, transfer);
}
