namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>What was asked in all, and what came of it.</summary>
internal sealed record Totals(long Asked, long Acknowledged, long Refused, long Unanswered, long Rows, TimeSpan Taken)
{
    public static Totals Of(Witness witness, long rows, TimeSpan taken)
    {
        var answers = witness.Asks.Where(heard => heard.Answers is not null).SelectMany(heard => heard.Answers!).ToList();
        var acknowledged = answers.LongCount(answer => answer.Transfer is not null);
        return new Totals(witness.Asks.Sum(heard => (long)heard.Ask.Orders.Count), acknowledged, answers.Count - acknowledged,
            witness.Asks.Where(heard => heard.Answers is null).Sum(heard => (long)heard.Ask.Orders.Count), rows, taken);
    }

    public override string ToString() => $"{Asked:N0} orders asked, {Acknowledged:N0} acknowledged, {Refused:N0} refused, "
        + $"{Unanswered:N0} never answered, {Rows:N0} rows in the log, {Taken.TotalSeconds:N0} s";
}
