using TinhSo.Payments.Statements;

namespace TinhSo.Payments.Tests.Statements;

public sealed class PairingTests
{
    private static readonly DateOnly Monday = new(2026, 11, 23);

    [Fact]
    public void The_banks_own_number_decides_where_both_have_it()
    {
        var entry = Entry(1, reference: "FT1");

        Assert.Equal("1=12", Pair([entry], [Notice(11, reference: "FT2"), Notice(12, reference: "FT1", code: "B", day: -9)]));
        Assert.Equal("1:Ambiguous", Pair([entry], [Notice(11, reference: "FT2")]));
        Assert.Equal("1:Untold", Pair([entry], [Notice(11, reference: "FT2", code: "B")]));
    }

    [Fact]
    public void Another_amount_under_the_same_number_is_named_and_matched_with_nothing()
    {
        Assert.Equal("1:AmountDiffers>11", Pair([Entry(1, reference: "FT1")], [Notice(11, 90, "FT1")]));
    }

    [Fact]
    public void Of_a_notice_told_twice_the_first_is_it()
    {
        Assert.Equal("1=11", Pair([Entry(1, reference: "FT1")],
            [Notice(12, reference: "FT1", order: 2), Notice(11, reference: "FT1", order: 1)]));
    }

    [Fact]
    public void Without_a_number_amount_code_and_day_decide_one_to_one()
    {
        Assert.Equal("1=11", Pair([Entry(1)], [Notice(11)]));
        Assert.Equal("1=11 2=12", Pair([Entry(1), Entry(2)], [Notice(11), Notice(12)]));
        Assert.Equal("1:Untold", Pair([Entry(1)], [Notice(11, 90)]));
        Assert.Equal("1:Untold", Pair([Entry(1)], [Notice(11, code: "B")]));
    }

    [Fact]
    public void What_may_be_the_same_money_and_may_not_is_left_to_a_person()
    {
        Assert.Equal("1:Ambiguous 2:Ambiguous", Pair([Entry(1), Entry(2)], [Notice(11)]));
        Assert.Equal("1:Ambiguous", Pair([Entry(1)], [Notice(11), Notice(12)]));
        Assert.Equal("1:Ambiguous", Pair([Entry(1)], [Notice(11, day: 1)]));
        Assert.Equal("1:Ambiguous", Pair([Entry(1)], [Notice(11, code: "")]));
        Assert.Equal("1:Ambiguous 2:Ambiguous",
            Pair([Entry(1, reference: "FT1"), Entry(2, reference: "FT1")], [Notice(11, reference: "FT1")]));
        Assert.Equal("1:Untold", Pair([Entry(1)], [Notice(11, day: Pairing.NearDays + 1)]));
    }

    [Fact]
    public void Whatever_comes_nothing_is_matched_twice_and_every_entry_has_its_answer()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            Told One(int id) => new(Name(id), random.Next(1, 4) * 100, random.Next(3) == 0 ? $"FT{random.Next(4)}" : null,
                random.Next(3) switch { 0 => "", 1 => "A", _ => "B" }, Monday.AddDays(random.Next(3)), id);
            var entries = Enumerable.Range(1, random.Next(8)).Select(One).ToList();
            var notices = Enumerable.Range(101, random.Next(8)).Select(One).ToList();

            var found = Pairing.Find(entries, notices);

            Assert.Equal(found.Pairs.Count, found.Pairs.Select(pair => pair.EntryId).Distinct().Count());
            Assert.Equal(found.Pairs.Count, found.Pairs.Select(pair => pair.NoticeId).Distinct().Count());
            Assert.Equal(entries.Select(entry => entry.Id).Order(),
                found.Pairs.Select(pair => pair.EntryId).Concat(found.Differences.Keys).Order());
            Assert.All(found.Pairs, pair =>
            {
                var (entry, notice) = (entries.Find(e => e.Id == pair.EntryId)!, notices.Find(n => n.Id == pair.NoticeId)!);
                Assert.Equal(entry.Amount, notice.Amount);
                Assert.True(!entry.BothNamed(notice) || entry.Reference == notice.Reference, $"Seed {seed}.");
            });
            // What is called untold resembles no notice that is left: taking it in cannot be a second time.
            var left = notices.Where(notice => found.Pairs.All(pair => pair.NoticeId != notice.Id)).ToList();
            Assert.All(found.Differences.Where(one => one.Value.Cause is EntryCause.Untold), one =>
                Assert.DoesNotContain(left, notice => Pairing.MayBe(entries.Find(e => e.Id == one.Key)!, notice)));
        }
    }

    private static string Pair(Told[] entries, Told[] notices)
    {
        var found = Pairing.Find(entries, notices);
        return string.Join(' ', found.Pairs.Select(pair => $"{Number(pair.EntryId)}={Number(pair.NoticeId)}")
            .Concat(found.Differences.Select(one =>
                $"{Number(one.Key)}:{one.Value.Cause}{(one.Value.NoticeId is { } id ? $">{Number(id)}" : "")}"))
            .Order(StringComparer.Ordinal));
    }

    private static Told Entry(int id, long amount = 100, string? reference = null, string code = "A", int day = 0) =>
        new(Name(id), amount, reference, code, Monday.AddDays(day), id);

    private static Told Notice(int id, long amount = 100, string? reference = null, string code = "A", int day = 0,
        long? order = null) => new(Name(id), amount, reference, code, Monday.AddDays(day), order ?? id);

    private static Guid Name(int number) => new(number, 0, 0, new byte[8]);

    private static int Number(Guid id) => BitConverter.ToInt32(id.ToByteArray());
}
