using System.Globalization;
using System.Text.RegularExpressions;

namespace TinhSo.Kernel.Http;

/// <summary>Collects what is wrong with a request, field by field, so that all of it is said at once.</summary>
/// <remarks>Pages and the JSON API check through the same collector, so they refuse the same things.</remarks>
public sealed partial class FieldErrors
{
    // Most requests have none.
    private Dictionary<string, Text>? fields;

    /// <summary>Whether anything was wrong.</summary>
    public bool Any => fields is not null;

    /// <summary>The refusal that names every field at fault.</summary>
    public Refusal ToRefusal() =>
        fields is null ? KernelRefusals.Invalid : KernelRefusals.Invalid with { Fields = fields };

    /// <summary>Records an error, unless the field already has one.</summary>
    public void Add(string field, string vi, string en) =>
        (fields ??= new(StringComparer.Ordinal)).TryAdd(field, new Text(vi, en));

    /// <summary>A text that must be there and fit, in its stored form.</summary>
    public string Required(string field, string? value, int lengthMax = 200)
    {
        var clean = Words.Clean(value ?? "");
        if (clean.Length == 0)
        {
            Add(field, "Hãy điền mục này.", "Fill in this field.");
        }
        return Fit(field, clean, lengthMax);
    }

    /// <summary>A text that may be empty but must fit; null when it is empty.</summary>
    public string? Optional(string field, string? value, int lengthMax = 200)
    {
        var clean = Fit(field, Words.Clean(value ?? ""), lengthMax);
        return clean.Length == 0 ? null : clean;
    }

    /// <summary>An amount of đồng typed by a person, such as <c>35000</c>, <c>35.000</c> or <c>35.000 đ</c>.</summary>
    /// <remarks>Points and commas only ever part thousands: <c>35,5</c> is refused, not read as 355.</remarks>
    public long Dong(string field, string? typed, long min = 1, long max = 999_999_999_999)
    {
        if (TypedAmount().Match((typed ?? "").Trim()) is not { Success: true } match
            || !TryWhole(match.Groups[1].Value, out var amount))
        {
            Add(field, "Hãy nhập số tiền bằng đồng, ví dụ 35.000.", "Enter an amount in đồng, such as 35.000.");
            return min;
        }
        return Range(field, amount, min, max);
    }

    /// <summary>A whole number typed by a person, such as <c>1200</c> or <c>1.200</c>.</summary>
    public long Whole(string field, string? typed, long min, long max)
    {
        var plain = (typed ?? "").Trim();
        if (!TypedNumber().IsMatch(plain) || !TryWhole(plain, out var number))
        {
            Add(field, "Hãy nhập một số nguyên.", "Enter a whole number.");
            return min;
        }
        return Range(field, number, min, max);
    }

    /// <summary>A number within bounds; whatever is given back lies within them.</summary>
    public long Range(string field, long number, long min, long max)
    {
        if (number < min || number > max)
        {
            Add(field, $"Giá trị phải từ {Words.Number(min)} đến {Words.Number(max)}.",
                $"The value must be from {Words.Number(min)} to {Words.Number(max)}.");
        }
        return Math.Clamp(number, min, max);
    }

    /// <summary>A day, as browsers send it (2026-11-21) or as people write it (21/11/2026), of 1900 to 2199.</summary>
    public DateOnly Day(string field, string? typed)
    {
        string[] formats = ["yyyy-MM-dd", "d/M/yyyy", "d-M-yyyy", "d.M.yyyy"];
        if (!DateOnly.TryParseExact((typed ?? "").Trim(), formats, CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var day) || day.Year is < 1900 or > 2199)
        {
            Add(field, "Hãy nhập ngày, ví dụ 21/11/2026.", "Enter a date, such as 21/11/2026.");
            return new(2000, 1, 1);
        }
        return day;
    }

    /// <summary>A month, such as <c>2026-11</c>, of 1900 to 2199.</summary>
    public string Month(string field, string? typed)
    {
        var month = (typed ?? "").Trim();
        if (!DateOnly.TryParseExact($"{month}-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None,
            out var first) || first.Year is < 1900 or > 2199)
        {
            Add(field, "Kỳ có dạng 2026-11.", "A period looks like 2026-11.");
        }
        return month;
    }

    /// <summary>An identifier that the caller chose.</summary>
    public Guid Id(string field, Guid id)
    {
        if (id == Guid.Empty)
        {
            Add(field, "Thiếu mã định danh.", "The id is missing.");
        }
        return id;
    }

    /// <summary>One of the names of <typeparamref name="T"/>, in any case.</summary>
    public T Choice<T>(string field, string? typed) where T : struct, Enum
    {
        // Numbers, and several names at once, would be taken too.
        if (Enum.TryParse<T>(typed, ignoreCase: true, out var choice) && Enum.IsDefined(choice)
            && typed.AsSpan().Trim() is [>= 'A', ..] and var name && !name.Contains(','))
        {
            return choice;
        }
        Add(field, "Hãy chọn một trong các mục.", "Choose one of the options.");
        return default;
    }

    // Thousands may be parted by points, commas or spaces, those that do not break included.
    private static bool TryWhole(string typed, out long number) => long.TryParse(
        string.Concat(typed.Where(sign => char.IsAsciiDigit(sign) || sign == '-')),
        NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    [GeneratedRegex(@"\A([0-9]+|[0-9]{1,3}(?:[., \u00a0\u202f][0-9]{3})+)\s*(?:đ|₫|đồng|vnđ|vnd)?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TypedAmount();

    [GeneratedRegex(@"\A-?(?:[0-9]+|[0-9]{1,3}(?:[., \u00a0\u202f][0-9]{3})+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex TypedNumber();

    private string Fit(string field, string clean, int lengthMax)
    {
        if (clean.Length > lengthMax)
        {
            Add(field, $"Tối đa {lengthMax} ký tự.", $"At most {lengthMax} characters.");
        }
        else if (Words.HasControls(clean))
        {
            Add(field, "Có ký tự không được phép.", "There is a character that is not allowed.");
        }
        return clean;
    }
}
