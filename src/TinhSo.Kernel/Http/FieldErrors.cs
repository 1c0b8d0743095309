using System.Globalization;

namespace TinhSo.Kernel.Http;

/// <summary>Collects what is wrong with a request, field by field, so that all of it is said at once.</summary>
/// <remarks>Pages and the JSON API check through the same collector, so they refuse the same things.</remarks>
public sealed class FieldErrors
{
    private readonly Dictionary<string, Text> fields = new(StringComparer.Ordinal);

    /// <summary>Whether anything was wrong.</summary>
    public bool Any => fields.Count > 0;

    /// <summary>The refusal that names every field at fault.</summary>
    public Refusal ToRefusal() => KernelRefusals.Invalid with { Fields = fields };

    /// <summary>Records an error, unless the field already has one.</summary>
    public void Add(string field, string vi, string en) => fields.TryAdd(field, new Text(vi, en));

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
    public long Dong(string field, string? typed, long min = 1, long max = 999_999_999_999)
    {
        var digits = (typed ?? "").Trim().TrimEnd('đ', 'Đ', '₫').TrimEnd()
            .Replace(".", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal)
            .Replace(" ", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
        {
            Add(field, "Hãy nhập số tiền bằng đồng, ví dụ 35.000.", "Enter an amount in đồng, such as 35.000.");
            return 0;
        }
        return Range(field, amount, min, max);
    }

    /// <summary>A whole number typed by a person.</summary>
    public long Whole(string field, string? typed, long min, long max)
    {
        if (!long.TryParse((typed ?? "").Trim().Replace(".", "", StringComparison.Ordinal),
            NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            Add(field, "Hãy nhập một số nguyên.", "Enter a whole number.");
            return min;
        }
        return Range(field, number, min, max);
    }

    /// <summary>A number within bounds.</summary>
    public long Range(string field, long number, long min, long max)
    {
        if (number < min || number > max)
        {
            Add(field, $"Giá trị phải từ {Words.Number(min)} đến {Words.Number(max)}.",
                $"The value must be from {Words.Number(min)} to {Words.Number(max)}.");
        }
        return number;
    }

    /// <summary>A day, as browsers send it (2026-11-21) or as people write it (21/11/2026).</summary>
    public DateOnly Day(string field, string? typed)
    {
        string[] formats = ["yyyy-MM-dd", "d/M/yyyy", "d-M-yyyy", "d.M.yyyy"];
        if (!DateOnly.TryParseExact((typed ?? "").Trim(), formats, CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var day))
        {
            Add(field, "Hãy nhập ngày, ví dụ 21/11/2026.", "Enter a date, such as 21/11/2026.");
        }
        return day;
    }

    /// <summary>One of the names of <typeparamref name="T"/>, in any case.</summary>
    public T Choice<T>(string field, string? typed) where T : struct, Enum
    {
        if (typed is null || int.TryParse(typed, out _) || !Enum.TryParse<T>(typed, ignoreCase: true, out var choice))
        {
            Add(field, "Hãy chọn một trong các mục.", "Choose one of the options.");
            return default;
        }
        return choice;
    }

    private string Fit(string field, string clean, int lengthMax)
    {
        if (clean.Length > lengthMax)
        {
            Add(field, $"Tối đa {lengthMax} ký tự.", $"At most {lengthMax} characters.");
        }
        else if (clean.Any(letter => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t')))
        {
            Add(field, "Có ký tự không được phép.", "There is a character that is not allowed.");
        }
        return clean;
    }
}
