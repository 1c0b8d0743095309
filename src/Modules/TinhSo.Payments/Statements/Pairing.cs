namespace TinhSo.Payments.Statements;

/// <summary>Money that came, as a bank's entry or as a notice of it tells.</summary>
/// <param name="Reference">The bank's own for the transaction, or null.</param>
/// <param name="Codes">What the memo quotes, in one text; empty when nothing.</param>
/// <param name="Order">By which the earlier of two alike comes first.</param>
internal sealed record Told(Guid Id, long Amount, string? Reference, string Codes, DateOnly Day, long Order)
{
    /// <summary>Whether both name a transaction of the bank: then only the same name makes them the same money.
    /// </summary>
    public bool BothNamed(Told other) => Reference is not null && other.Reference is not null;
}

/// <summary>An entry and the notice that is the same money.</summary>
internal sealed record Pair(Guid EntryId, Guid NoticeId);

/// <summary>What came of comparing: sure pairs, and why every other entry is a difference.</summary>
internal sealed record Paired(
    IReadOnlyList<Pair> Pairs, IReadOnlyDictionary<Guid, (EntryCause Cause, Guid? NoticeId)> Differences);

/// <summary>Finds which entries and which notices are the same money, one to one, and never guesses.</summary>
internal static class Pairing
{
    /// <summary>How many days may lie between two tellings that may be of the same money.</summary>
    public const int NearDays = 3;

    public static Paired Find(IReadOnlyList<Told> entries, IReadOnlyList<Told> notices)
    {
        var pairs = new List<Pair>();
        var differences = new Dictionary<Guid, (EntryCause, Guid?)>();
        var openEntries = entries.ToDictionary(entry => entry.Id);
        var openNotices = notices.ToDictionary(notice => notice.Id);
        ByReference(openEntries, openNotices, pairs, differences);
        ByLikeness(openEntries, openNotices, pairs);
        // A notice that has another entry's number and not its amount may be this one's all the same.
        var paired = pairs.ConvertAll(pair => pair.NoticeId).ToHashSet();
        var byAmount = notices.Where(notice => !paired.Contains(notice.Id)).ToLookup(notice => notice.Amount);
        foreach (var entry in openEntries.Values)
        {
            differences[entry.Id] = byAmount[entry.Amount].Any(notice => MayBe(entry, notice))
                ? (EntryCause.Ambiguous, null)
                : (EntryCause.Untold, null);
        }
        return new Paired(pairs, differences);
    }

    /// <summary>Whether two tellings of one amount may be of the same money: a person has to look.</summary>
    /// <remarks>Two names do not prove two transactions: a provider may pass on another number than the bank's.
    /// </remarks>
    public static bool MayBe(Told entry, Told notice) =>
        entry.Amount == notice.Amount
        && ((entry.BothNamed(notice) && entry.Reference == notice.Reference)
            || (Math.Abs(entry.Day.DayNumber - notice.Day.DayNumber) <= NearDays
                && (entry.Codes == notice.Codes || entry.Codes.Length == 0 || notice.Codes.Length == 0)));

    // The bank's own number decides wherever both sides have it.
    private static void ByReference(Dictionary<Guid, Told> entries, Dictionary<Guid, Told> notices, List<Pair> pairs,
        Dictionary<Guid, (EntryCause, Guid?)> differences)
    {
        var named = notices.Values.Where(notice => notice.Reference is not null).ToLookup(notice => notice.Reference!);
        foreach (var same in entries.Values.Where(entry => entry.Reference is not null)
            .GroupBy(entry => entry.Reference!).Where(same => named.Contains(same.Key)).ToList())
        {
            var told = named[same.Key].OrderBy(notice => notice.Order).ThenBy(notice => notice.Id).ToList();
            foreach (var alike in same.GroupBy(entry => entry.Amount))
            {
                var fits = told.Where(notice => notice.Amount == alike.Key).ToList();
                // Of two notices of one transaction the first is it; two entries of one name are left to a person.
                if (alike.Take(2).Count() == 1 && fits.Count > 0)
                {
                    var entry = alike.Single();
                    pairs.Add(new Pair(entry.Id, fits[0].Id));
                    entries.Remove(entry.Id);
                    notices.Remove(fits[0].Id);
                }
                else if (fits.Count == 0 && same.Take(2).Count() == 1)
                {
                    var entry = alike.Single();
                    differences[entry.Id] = (EntryCause.AmountDiffers, told[0].Id);
                    entries.Remove(entry.Id);
                    notices.Remove(told[0].Id);
                }
            }
        }
    }

    // Otherwise amount, code and day decide, and only where as many are on one side as on the other: those alike in all
    // three have the same effect, whichever is taken for which.
    private static void ByLikeness(Dictionary<Guid, Told> entries, Dictionary<Guid, Told> notices, List<Pair> pairs)
    {
        var alikeNotices = notices.Values.ToLookup(notice => (notice.Amount, notice.Codes, notice.Day));
        foreach (var alike in entries.Values.GroupBy(entry => (entry.Amount, entry.Codes, entry.Day)).ToList())
        {
            var came = alike.OrderBy(entry => entry.Order).ThenBy(entry => entry.Id).ToList();
            var told = alikeNotices[alike.Key].OrderBy(notice => notice.Order).ThenBy(notice => notice.Id).ToList();
            var free = came.TrueForAll(entry => told.TrueForAll(notice => !entry.BothNamed(notice)));
            if (came.Count != told.Count || !free)
            {
                continue;
            }
            for (var i = 0; i < came.Count; i++)
            {
                pairs.Add(new Pair(came[i].Id, told[i].Id));
                entries.Remove(came[i].Id);
                notices.Remove(told[i].Id);
            }
        }
    }
}
