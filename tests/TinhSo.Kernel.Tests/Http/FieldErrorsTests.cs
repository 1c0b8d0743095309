using TinhSo.Kernel.Http;

namespace TinhSo.Kernel.Tests.Http;

public class FieldErrorsTests
{
    private enum Colour
    {
        Red,
        Green,
        Blue,
    }

    [Theory]
    [InlineData("35000", 35_000)]
    [InlineData("35.000", 35_000)]
    [InlineData("35,000", 35_000)]
    [InlineData("35 000", 35_000)]
    [InlineData("35\u00a0000", 35_000)]
    [InlineData("35\u202f000", 35_000)]
    [InlineData(" 35.000 đ ", 35_000)]
    [InlineData("35.000đ", 35_000)]
    [InlineData("35.000 ₫", 35_000)]
    [InlineData("1.250.000 VNĐ", 1_250_000)]
    [InlineData("1.250.000 đồng", 1_250_000)]
    [InlineData("999999999999", 999_999_999_999)]
    public void Amounts_are_read_as_people_type_them(string typed, long amount)
    {
        var errors = new FieldErrors();
        Assert.Equal(amount, errors.Dong("amount", typed));
        Assert.False(errors.Any);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("đ")]
    [InlineData("35,5")]
    [InlineData("35.00")]
    [InlineData("3.5000")]
    [InlineData("35k")]
    [InlineData("-35000")]
    [InlineData("0")]
    [InlineData("1e6")]
    [InlineData("3５000")]
    [InlineData("35.000 đ đ")]
    [InlineData("1000000000000")]
    [InlineData("99999999999999999999999999")]
    [InlineData("35\u0000000")]
    public void What_is_no_amount_is_refused_and_never_guessed(string? typed)
    {
        var errors = new FieldErrors();
        var amount = errors.Dong("amount", typed);
        Assert.Equal(["amount"], errors.ToRefusal().Fields.Keys);
        Assert.InRange(amount, 1, 999_999_999_999);
    }

    [Theory]
    [InlineData("12", 12)]
    [InlineData("1.200", 1_200)]
    [InlineData("-3", -3)]
    [InlineData("1.5", null)]
    [InlineData("1-2", null)]
    [InlineData("--1", null)]
    [InlineData("", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData("2001", null)]
    public void Whole_numbers_are_read_within_their_bounds(string typed, int? number)
    {
        var errors = new FieldErrors();
        var read = errors.Whole("points", typed, -10, 2_000);
        Assert.Equal(number is null, errors.Any);
        // Whatever is given back lies within the bounds, so that it can be used before errors are looked at.
        Assert.InRange(read, -10, 2_000);
        Assert.Equal(number ?? read, read);
    }

    [Theory]
    [InlineData("2026-11-21", true)]
    [InlineData("21/11/2026", true)]
    [InlineData("1/2/2026", true)]
    [InlineData("21.11.2026", true)]
    [InlineData("31/02/2026", false)]
    [InlineData("2026-13-01", false)]
    [InlineData("0001-01-01", false)]
    [InlineData("31/12/9999", false)]
    [InlineData("21/11/26", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Days_are_read_as_browsers_and_people_write_them(string? typed, bool isDay)
    {
        var errors = new FieldErrors();
        errors.Day("validFrom", typed);
        Assert.Equal(!isDay, errors.Any);
    }

    [Theory]
    [InlineData("2026-11", true)]
    [InlineData("2026-13", false)]
    [InlineData("11/2026", false)]
    [InlineData("2026-1", false)]
    [InlineData("0000-01", false)]
    [InlineData(null, false)]
    public void Months_are_read(string? typed, bool isMonth)
    {
        var errors = new FieldErrors();
        errors.Month("period", typed);
        Assert.Equal(!isMonth, errors.Any);
    }

    [Theory]
    [InlineData("Green", true)]
    [InlineData(" green ", true)]
    [InlineData("Red,Green", false)]
    [InlineData("1", false)]
    [InlineData("+1", false)]
    [InlineData("Yellow", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_choice_is_one_of_the_names_and_no_number_and_no_sum(string? typed, bool isChoice)
    {
        var errors = new FieldErrors();
        Assert.Equal(isChoice ? Colour.Green : Colour.Red, errors.Choice<Colour>("colour", typed));
        Assert.Equal(!isChoice, errors.Any);
    }

    [Theory]
    [InlineData("Chả mực\n và \t bún", true)]
    [InlineData("bell \u0007", false)]
    [InlineData("null \u0000", false)]
    [InlineData("\u200b\u00a0 ", true)]
    [InlineData("\u00a0 \n", false)]
    [InlineData("no character \uFFFE, half of one \uD800", true)]
    [InlineData("😀 <script>alert(1)</script> ' ; drop table", true)]
    public void Hostile_text_is_stored_as_text_or_refused_and_never_an_error_of_ours(string typed, bool isStored)
    {
        var errors = new FieldErrors();
        var stored = errors.Required("name", typed);
        Assert.Equal(isStored, !errors.Any);
        Assert.True(stored.IsNormalized());
    }

    [Fact]
    public void Each_field_keeps_its_first_error_and_all_fields_are_named_at_once()
    {
        var errors = new FieldErrors();
        errors.Required("name", "");
        errors.Add("name", "khác", "another");
        errors.Required("code", new string('x', 1_000_000), 20);
        errors.Optional("note", "\u0001");
        errors.Id("id", Guid.Empty);

        var refusal = errors.ToRefusal();

        Assert.Equal(400, refusal.Status);
        Assert.Equal(["code", "id", "name", "note"], refusal.Fields.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("Fill in this field.", refusal.Fields["name"].En);
        Assert.Null(new FieldErrors().Optional("note", "  "));
    }
}
