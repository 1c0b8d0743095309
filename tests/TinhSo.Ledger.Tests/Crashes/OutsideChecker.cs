using static TinhSo.Ledger.Tests.Simulation.Claim;

namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>Compares what callers were told with what is in the tables, and throws at the first thing that is wrong.</summary>
/// <remarks>
/// What callers are told binds the ledger so:
/// <list type="bullet">
/// <item>accepted: the row stands at the position that was told, with the words that were asked and told;</item>
/// <item>busy, or no answer: it may stand or not, and asking again tells; but nobody is told busy unless something can fail;
/// </item>
/// <item>id used differently: other words stand under that id, or under one of the ids that are linked;</item>
/// <item>refused for any other reason: it did not stand then, and stands only if an ask for the same words, that was not over
/// before this one began, was accepted or has no answer.</item>
/// </list>
/// And every row was asked for, or releases what expired; linked rows stand together or not at all; and a row stands behind
/// all that its caller knew of when it first asked.
/// </remarks>
internal sealed class OutsideChecker
{
    private const string Busy = "ledger.busy";
    private const string UsedDifferently = "ledger.id-used-differently";

    private readonly IReadOnlyDictionary<Guid, LedgerTransfer> log;
    private readonly Dictionary<Guid, List<(Heard Heard, int Order)>> asks = [];

    private OutsideChecker(Witness witness, IReadOnlyDictionary<Guid, LedgerTransfer> log)
    {
        this.log = log;
        foreach (var heard in witness.Asks)
        {
            for (var i = 0; i < heard.Ask.Orders.Count; i++)
            {
                var id = heard.Ask.Orders[i].Id;
                if (!asks.TryGetValue(id, out var same))
                {
                    asks[id] = same = [];
                }
                same.Add((heard, i));
            }
        }
    }

    public static void Check(Witness witness, Tables tables)
    {
        var checker = new OutsideChecker(witness, LogCheck.Run(tables));
        foreach (var heard in witness.Asks)
        {
            checker.CheckAnswers(heard);
            checker.CheckTogether(heard);
        }
        foreach (var row in tables.Rows.Select(row => row.Transfer).Where(row => !LogCheck.IsExpiry(row)))
        {
            checker.CheckAsked(row);
        }
    }

    /// <summary>Whether an order may have made a row, by its words and by what its caller was told.</summary>
    private bool MayHaveMade(Heard heard, int order, LedgerTransfer row) =>
        heard.Answers?[order] is not { Refusal: not (null or Busy) } && IsOf(heard.Ask.Orders[order], row);

    private void CheckAsked(LedgerTransfer row)
    {
        var makers = asks.GetValueOrDefault(row.Id, []).Where(a => MayHaveMade(a.Heard, a.Order, row)).ToList();
        Require(makers.Count > 0, $"Nobody asked for {row}, or everybody was refused.");
        Require(makers.Exists(a => a.Heard.Floor < row.Position), $"Overtook what its caller knew of: {row}.");
    }

    private void CheckAnswers(Heard heard)
    {
        for (var i = 0; i < heard.Answers?.Count; i++)
        {
            var (order, answer) = (heard.Ask.Orders[i], heard.Answers[i]);
            var row = log.GetValueOrDefault(order.Id);
            switch (answer)
            {
                case { Transfer: { } told }:
                    Require(row is not null, $"Acknowledged, and not in the log: {told}.");
                    Require(told == row && IsOf(order, row), $"Acknowledged as {told}, asked as {order}, and in the log as {row}.");
                    break;
                case { Refusal: Busy }:
                    Require(heard.Voice.MayBeBusy, $"Told busy, though nothing has failed: {order}.");
                    break;
                case { Refusal: UsedDifferently }:
                    Require(IsUsedDifferently(heard.Ask, order, row), $"Refused for other words that do not stand: {order}.");
                    break;
                default:
                    Require(row is null || MayStandAfterRefusal(heard, row), $"Refused by {answer.Refusal}, and in the log: {row}.");
                    break;
            }
        }
    }

    private bool IsUsedDifferently(Ask ask, TransferOrder order, LedgerTransfer? row) => ask.Shape is Shape.Linked
        ? ask.Orders.Any(linked => log.TryGetValue(linked.Id, out var other) && !IsOf(linked, other))
        : row is not null && !IsOf(order, row);

    private bool MayStandAfterRefusal(Heard refused, LedgerTransfer row) => row.Position > refused.Floor
        && asks[row.Id].Exists(a => MayHaveMade(a.Heard, a.Order, row) && !a.Heard.IsBefore(refused));

    /// <summary>Linked orders stand one behind the other, at one time, or not at all; others in the order of their array, as
    /// far as nobody else asked for them.</summary>
    private void CheckTogether(Heard heard)
    {
        var orders = heard.Ask.Orders;
        if (heard.Ask.Shape is Shape.Linked)
        {
            var rows = orders.Select(order => log.GetValueOrDefault(order.Id)).OfType<LedgerTransfer>().ToList();
            Require(rows.Count == 0 || rows.Count == orders.Count, $"Of linked orders only some stand: {rows.FirstOrDefault()}.");
            Require(rows.Select((row, i) => row.Position - i).Distinct().Count() <= 1
                && rows.Select(row => row.PostedAt).Distinct().Count() <= 1, $"Linked, and not together: {rows.FirstOrDefault()}.");
        }
        // A letter that another node reads again is decided again: what was refused, and nobody told, may be accepted then.
        else if (heard.Ask.Shape is Shape.Each && !heard.Voice.MayBeBusy)
        {
            var positions = orders.Where(order => asks[order.Id].TrueForAll(a => a.Heard == heard))
                .Select(order => log.GetValueOrDefault(order.Id)?.Position).OfType<long>();
            Require(positions.Zip(positions.Skip(1)).All(pair => pair.First <= pair.Second), $"Not in the order given: {heard.Ask}.");
        }
    }

    /// <summary>Whether a row is an order word for word, with what it left out taken from its original.</summary>
    private bool IsOf(TransferOrder order, LedgerTransfer row)
    {
        var (debit, credit, amount) = (order.Debit, order.Credit, order.Amount);
        if (order.Original is { } id && log.TryGetValue(id, out var original))
        {
            (debit, credit) = order.Kind is TransferKind.Reverse
                ? (original.Credit, original.Debit)
                : (original.Debit, original.Credit);
            amount = amount == 0 ? original.Amount : amount;
        }
        return row == new LedgerTransfer(row.Position, order.Id, order.Kind, debit, credit, amount, order.Code, order.Channel,
            order.Place, order.Reference, order.Original, order.ExpiresAt, row.PostedAt);
    }
}
