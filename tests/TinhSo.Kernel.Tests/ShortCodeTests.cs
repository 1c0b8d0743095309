using FsCheck;
using FsCheck.Fluent;

namespace TinhSo.Kernel.Tests;

public class ShortCodeTests
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>Codes of any length in use, with two places and a letter to spoil them by.</summary>
    private static readonly Arbitrary<(string Code, int At, int Other, int Shift)> Codes = (
        from length in Gen.Choose(4, 31)
        from letters in Gen.Choose(0, 31).ArrayOf(16)
        from at in Gen.Choose(0, length - 1)
        from other in Gen.Choose(0, length - 1)
        from shift in Gen.Choose(1, 31)
        select (ShortCode.From(new Guid([.. letters.Select(l => (byte)(l * 8))]), length), at, other, shift)).ToArbitrary();

    [Fact]
    public void Every_single_wrong_letter_is_found() => Prop.ForAll(Codes, c =>
    {
        var letters = c.Code.ToCharArray();
        letters[c.At] = Alphabet[(Alphabet.IndexOf(letters[c.At], StringComparison.Ordinal) + c.Shift) % 32];
        return ShortCode.Parse(new string(letters), c.Code.Length) is null;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Every_swap_of_two_letters_is_found() => Prop.ForAll(Codes, c =>
    {
        var letters = c.Code.ToCharArray();
        (letters[c.At], letters[c.Other]) = (letters[c.Other], letters[c.At]);
        var swapped = new string(letters);
        return ShortCode.Parse(swapped, c.Code.Length) == (swapped == c.Code ? c.Code : null);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void A_code_is_read_as_it_was_given_out_however_it_is_typed() => Prop.ForAll(Codes, c =>
    {
        var typed = string.Join('-', c.Code.Chunk(3).Select(part => new string(part))).ToLowerInvariant()
            .Replace('0', 'o').Replace('1', c.Shift % 2 == 0 ? 'i' : 'l');
        return ShortCode.Parse($" {typed}. ", c.Code.Length) == c.Code;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void A_code_is_found_in_a_memo_however_a_bank_mangles_it() => Prop.ForAll(Codes, c =>
    {
        var code = ShortCode.From(Ids.From("test", c.Code), 9);
        string[] memos =
        [
            $"TS{code}", $"ts {code.ToLowerInvariant()}", $"TS{code[..4]}-{code[4..]}",
            $"MBVCB.3278907687.TS{code}.CT tu 0451000 NGUYEN VAN AN", $"NGUYEN VAN AN chuyen tien TS{code} FT26325",
            $"CUSTOMER TS {code[..3]} {code[3..6]} {code[6..]} TSC", $"thanh toán phí chợ TS{code}, cảm ơn",
        ];
        return Array.TrueForAll(memos, memo => ShortCode.FindIn(memo, "TS", 9).Contains(code));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void All_candidates_of_a_memo_are_found_in_order_and_what_fails_its_check_is_none()
    {
        var (first, second) = (ShortCode.From(Ids.From("test", "1"), 9), ShortCode.From(Ids.From("test", "2"), 9));
        var wrong = first[..8] + (first[8] == '0' ? '1' : '0');

        Assert.Equal([first, second], ShortCode.FindIn($"TS{first} va TS{second}", "TS", 9));
        Assert.Equal([second], ShortCode.FindIn($"TS{wrong} TS{second}", "TS", 9));
        // A prefix within a word, and one right before another.
        Assert.Equal([first], ShortCode.FindIn($"HOTS TSTS{first}", "TS", 9).Where(c => c == first));
        Assert.Empty(ShortCode.FindIn($"TS{first[..8]}", "TS", 9));
        Assert.Empty(ShortCode.FindIn(null, "TS", 9));
        Assert.Empty(ShortCode.FindIn(new string('T', 10_000), "TS", 9));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("U23456789")]
    [InlineData("12345678901234567890")]
    [InlineData("12345\u0000789")]
    [InlineData("１２３４５６７８９")]
    public void What_cannot_be_a_code_is_none(string? typed) => Assert.Null(ShortCode.Parse(typed, 9));

    [Fact]
    public void New_codes_are_right_and_differ()
    {
        var codes = Enumerable.Range(0, 1_000).Select(_ => ShortCode.New(9)).ToList();

        Assert.All(codes, code => Assert.Equal(code, ShortCode.Parse(code, 9)));
        Assert.Equal(codes.Count, codes.Distinct().Count());
    }
}
