using System.Globalization;
using TinhSo.Kernel.Http;
using TinhSo.Testing;

namespace TinhSo.Kernel.Tests;

public class WordsTests
{
    [Theory]
    [InlineData("Đặng Thị Thủy", "dang thi thuy")]
    [InlineData("ĐƯỜNG", "duong")]
    [InlineData("đậu phụ Ụ ĩ ẵ ỡ", "dau phu u i a o")]
    [InlineData("Chợ Hạ Long I", "cho ha long i")]
    public void Searches_compare_words_without_marks(string text, string folded) =>
        Assert.Equal(folded, Words.Fold(text));

    [Fact]
    public void What_is_no_character_is_replaced_and_not_thrown_at()
    {
        var hostile = $"a{(char)0xFFFE}b{(char)0xD800}c";
        Assert.Equal("a\uFFFDb\uFFFDc", Words.Fold(hostile));
        Assert.Equal("a\uFFFDb\uFFFDc", Words.Clean(hostile));
        Assert.Equal("abc", Words.Ascii(hostile));
    }

    [Fact]
    public void Both_ways_of_writing_a_marked_letter_are_stored_and_folded_alike()
    {
        const string apart = "Hạ Long";
        Assert.Equal(Words.Fold("Hạ Long"), Words.Fold(apart.Normalize(System.Text.NormalizationForm.FormD)));
        Assert.Equal("Hạ Long", Words.Clean($"  {apart.Normalize(System.Text.NormalizationForm.FormD)}\n"));
    }

    [Theory]
    [InlineData("Hộ Đặng Thị Thủy", "Ho Dang Thi Thuy")]
    [InlineData("Phí chợ – tháng 10 €5 😀", "Phi cho  thang 10 5 ")]
    [InlineData("a\u0000b\tc", "abc")]
    public void Banks_get_plain_ascii(string text, string ascii) => Assert.Equal(ascii, Words.Ascii(text));

    [Theory]
    [InlineData("19001234567", "••••••567")]
    [InlineData("1234", "•234")]
    [InlineData("123", "•••")]
    [InlineData("", "")]
    public void Secrets_show_only_their_end(string secret, string masked) => Assert.Equal(masked, Words.Mask(secret));

    [Fact]
    public void Amounts_numbers_and_days_are_written_as_in_Vietnam_in_both_languages()
    {
        foreach (var culture in new[] { "vi-VN", "en", "de-DE" })
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) =
                (CultureInfo.GetCultureInfo(culture), CultureInfo.GetCultureInfo(culture));
            Assert.Equal("226.199.670.000\u00a0đ", Words.Dong(226_199_670_000));
            Assert.Equal("-5\u00a0đ", Words.Dong(-5));
            Assert.Equal("86,3", Words.Number(86.3m));
            Assert.Equal("1.362.880", Words.Number(1_362_880));
            Assert.Equal("05/03/2026", Words.Date(new DateOnly(2026, 3, 5)));
            Assert.Equal("14:05 21/11/2026", Words.Moment(new DateTimeOffset(2026, 11, 21, 7, 5, 59, TimeSpan.Zero)));
        }
    }

    [Fact]
    public void A_Vietnamese_day_begins_at_seventeen_hours_of_the_day_before_in_utc()
    {
        var midnight = new DateTimeOffset(2026, 10, 31, 17, 0, 0, TimeSpan.Zero);

        Assert.Equal(midnight, VietnamTime.StartOf(new DateOnly(2026, 11, 1)));
        Assert.Equal(new DateOnly(2026, 11, 1), VietnamTime.DayOf(midnight));
        Assert.Equal(new DateOnly(2026, 10, 31), VietnamTime.DayOf(midnight.AddMicroseconds(-1)));
        Assert.Equal(new DateOnly(2026, 11, 1), new ManualClock(midnight.AddHours(23)).Today());
        // Wherever the instant was written down.
        Assert.Equal(new DateOnly(2026, 11, 1), VietnamTime.DayOf(midnight.ToOffset(TimeSpan.FromHours(-10))));
    }

    [Fact]
    public void Identifiers_that_belong_to_a_name_never_change()
    {
        Assert.Equal(Guid.Parse("fb3315c1-3bc2-88ab-b3f8-a9c5906984ba"), Ids.From("markets.named", "Chợ Hạ Long I"));
        Assert.NotEqual(Ids.From("a", "b\nc"), Ids.From("a", "c"));
        Assert.Equal('8', Ids.From("any", "name").ToString()[14]);
    }

    [Fact]
    public void New_identifiers_of_one_moment_sort_as_they_were_made_and_tell_the_time()
    {
        var clock = new ManualClock();
        var ids = Enumerable.Range(0, 10_000).Select(_ => Ids.New(clock)).ToList();

        Assert.Equal(ids, ids.Order());
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal(Guid.CreateVersion7(clock.GetUtcNow()).ToString()[..13], ids[0].ToString()[..13]);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(Ids.New(clock) > ids[^1]);
    }

    [Theory]
    [InlineData("/markets?q=a", "/markets?q=a")]
    [InlineData("/", "/")]
    [InlineData(null, "/")]
    [InlineData("", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("/a\r\nSet-Cookie: x", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData(" //evil.example", "/")]
    public void Redirects_stay_on_this_site(string? asked, string leadsTo) => Assert.Equal(leadsTo, LocalPath.Of(asked));
}
