using TinhSo.Kernel;
using TinhSo.Ledger;

namespace TinhSo.Journeys.Tests.OneDay;

/// <summary>By which way a payment comes.</summary>
internal enum Rail
{
    /// <summary>A bill, by a transfer that quotes its code.</summary>
    Bill,

    /// <summary>A stall's sign, by a transfer of any amount.</summary>
    Sign,

    /// <summary>A bill, in notes to a collector.</summary>
    Cash,

    /// <summary>A bill, at a card terminal, told the next day by the partner's file.</summary>
    Card,
}

/// <summary>What is out of the ordinary with a payment.</summary>
internal enum Fate
{
    Plain, Double, Late, Short, Over, UnknownCode, NoCode, Refunded, ToldTwice,

    /// <summary>The bank's notices were down, and this one came once they were up again.</summary>
    ToldLater,

    /// <summary>As before, and none came at all.</summary>
    NeverTold,
}

/// <summary>One payment of the day.</summary>
/// <param name="Number">From 1; the customer's of a bill.</param>
/// <param name="Amount">What is asked for or, at a sign, given; in đồng.</param>
internal sealed record Planned(int Number, Rail Rail, Fate Fate, long Amount)
{
    /// <summary>What is given back of a refunded one; they stand far apart, so that no two are alike.</summary>
    public long Refund => Fate is Fate.Refunded ? 1_000 + (Number / 100) : 0;

    public string Customer => $"KH{Number:D6}";

    /// <summary>The bill, its request and the request's code, once it is issued and asked for.</summary>
    public (Guid Bill, Guid Request, string Code) Issued { get; set; }

    /// <summary>What comes in over the bank, by the bank's own numbers.</summary>
    public IEnumerable<Transfer> Transfers(string signCode)
    {
        if (Rail is Rail.Cash or Rail.Card)
        {
            yield break;
        }
        var account = Rail is Rail.Sign ? Town.TraderAccount : Town.WaterAccount;
        var code = Rail is Rail.Sign ? signCode : Issued.Code;
        yield return new(Number * 2, account, Fate switch
        {
            Fate.Short => Amount - 1_000,
            Fate.Over => Amount + DayPlan.TooMuch,
            _ => Amount,
        }, Fate switch
        {
            Fate.NoCode => "nop tien nuoc thang nay",
            Fate.UnknownCode => DayPlan.Memo(ShortCode.From(Ids.From("journeys.nobody", $"{Number}"), code.Length)),
            _ => DayPlan.Memo(code),
        }, Fate);
        if (Fate is Fate.Double)
        {
            yield return new((Number * 2) + 1, account, Amount, DayPlan.Memo(code), Fate.Plain);
        }
    }
}

/// <summary>Money that came into a bank account.</summary>
/// <param name="Number">The bank's.</param>
/// <param name="Fate">How its notice fares.</param>
internal sealed record Transfer(int Number, string Account, long Amount, string Memo, Fate Fate);

/// <summary>All payments of a day, and what they must come to.</summary>
internal sealed class DayPlan
{
    public const long TooMuch = 7_000;
    public const long BankFee = 11_001;
    public const long LostCash = 2_000;

    // Of bills over the bank one in so many is out of the ordinary, which makes three in a hundred of all payments.
    private const int AwkwardEvery = 13;

    private static readonly Fate[] Awkward =
    [
        Fate.Double, Fate.Late, Fate.Short, Fate.Over, Fate.UnknownCode, Fate.NoCode, Fate.Refunded, Fate.ToldTwice,
    ];

    public DayPlan(int payments)
    {
        var all = new List<Planned>(payments);
        var bills = 0;
        for (var i = 0; i < payments; i++)
        {
            var rail = (i % 10) switch { < 4 => Rail.Bill, < 8 => Rail.Sign, 8 => Rail.Cash, _ => Rail.Card };
            bills += rail is Rail.Bill ? 1 : 0;
            // The bank's notices are down for an hour, in which one in sixteen of the day's payments falls.
            var isDown = i >= payments / 2 && i < (payments / 2) + (payments / 16);
            var fate = rail switch
            {
                Rail.Bill when bills % AwkwardEvery == 0 => Awkward[bills / AwkwardEvery % Awkward.Length],
                Rail.Bill or Rail.Sign when isDown => i % 4 == 0 ? Fate.NeverTold : Fate.ToldLater,
                _ => Fate.Plain,
            };
            all.Add(new(i + 1, rail, fate, 10_000 + (i * 37L % 990 * 1_000)));
        }
        All = all;
    }

    public IReadOnlyList<Planned> All { get; }

    public IEnumerable<Planned> Bills => All.Where(one => one.Rail is not Rail.Sign);

    /// <summary>What the partner tells of beside its own: one paid before, and one that is nobody's.</summary>
    public (Planned Double, long NoBodys) CardExtras =>
        (All.First(one => one is { Rail: Rail.Bill, Fate: Fate.Plain }), 55_000);

    /// <summary>The memo that quotes a code.</summary>
    public static string Memo(string code) => $"TS{code}";

    /// <summary>How many payments must have come by a channel, and how much.</summary>
    public (long Count, long Sum) Paid(string channel)
    {
        var paid = All.Where(one => one.Fate is not (Fate.Short or Fate.UnknownCode or Fate.NoCode)
            && channel == ChannelOf(one.Rail)).ToList();
        return (paid.Count, paid.Sum(one => one.Amount));
    }

    /// <summary>What must wait for an officer, by reason.</summary>
    public Dictionary<string, (long Count, long Sum)> Waits()
    {
        (long, long) Of(Fate fate, Func<Planned, long> waits, long extra = 0)
        {
            var some = All.Where(one => one.Fate == fate).ToList();
            return (some.Count + (extra > 0 ? 1 : 0), some.Sum(waits) + extra);
        }
        return new()
        {
            ["double"] = Of(Fate.Double, one => one.Amount, CardExtras.Double.Amount),
            ["short"] = Of(Fate.Short, one => one.Amount - 1_000),
            ["over"] = Of(Fate.Over, _ => TooMuch),
            ["unknownCode"] = Of(Fate.UnknownCode, one => one.Amount, CardExtras.NoBodys),
            ["noCode"] = Of(Fate.NoCode, one => one.Amount),
        };
    }

    /// <summary>What a bill must show as paid and kept.</summary>
    public static long Kept(Planned bill) =>
        bill.Fate is Fate.Short or Fate.UnknownCode or Fate.NoCode ? 0 : bill.Amount - bill.Refund;

    private static string ChannelOf(Rail rail) => rail switch
    {
        Rail.Cash => Channels.Cash,
        Rail.Card => Channels.Card,
        _ => Channels.VietQr,
    };
}
