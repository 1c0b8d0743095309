using System.Globalization;
using System.Text.RegularExpressions;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.People;

/// <summary>The forms of what is kept about a person beside the name; each may be left empty.</summary>
internal static partial class PersonalFields
{
    private const string DayForm = "yyyy-MM-dd";

    /// <summary>The form of an order's personal data as it is stored.</summary>
    public static PersonOrder Checked(PersonOrder order, FieldErrors errors, DateOnly today) => order with
    {
        PersonalId = PersonalId(errors, "personalId", order.PersonalId),
        Phone = Phone(errors, "phone", order.Phone),
        Email = Email(errors, "email", order.Email),
        BirthDate = BirthDate(errors, "birthDate", order.BirthDate, today),
    };

    /// <summary>A personal id: twelve digits.</summary>
    public static string? PersonalId(FieldErrors errors, string field, string? typed)
    {
        var clean = errors.Optional(field, typed, 20)?.Replace(" ", "", StringComparison.Ordinal);
        if (clean is not null && (clean.Length != 12 || !clean.All(char.IsAsciiDigit)))
        {
            errors.Add(field, "Số định danh cá nhân có 12 chữ số.", "A personal id has 12 digits.");
        }
        return clean;
    }

    /// <summary>A Vietnamese telephone number, which is stored as digits from 0 on.</summary>
    public static string? Phone(FieldErrors errors, string field, string? typed)
    {
        var clean = errors.Optional(field, typed, 20);
        if (clean is null)
        {
            return null;
        }
        var digits = PhoneSigns().Replace(clean, "");
        digits = digits.StartsWith("+84", StringComparison.Ordinal) ? $"0{digits[3..]}" : digits;
        if (!VietnamesePhone().IsMatch(digits))
        {
            errors.Add(field, "Hãy nhập số điện thoại Việt Nam, ví dụ 0912 345 678.",
                "Enter a Vietnamese phone number, such as 0912 345 678.");
        }
        return digits;
    }

    /// <summary>An e-mail address, as far as its form tells.</summary>
    public static string? Email(FieldErrors errors, string field, string? typed)
    {
        var clean = errors.Optional(field, typed, 200);
        if (clean is not null && !EmailForm().IsMatch(clean))
        {
            errors.Add(field, "Hãy nhập địa chỉ thư điện tử, ví dụ ten@example.vn.",
                "Enter an e-mail address, such as name@example.vn.");
        }
        return clean;
    }

    /// <summary>A day of birth that is over, as 2010-05-31.</summary>
    public static string? BirthDate(FieldErrors errors, string field, string? typed, DateOnly today)
    {
        if (string.IsNullOrWhiteSpace(typed))
        {
            return null;
        }
        var day = errors.Day(field, typed);
        if (day > today)
        {
            errors.Add(field, "Ngày sinh phải đã qua.", "A day of birth must be over.");
        }
        return day.ToString(DayForm, CultureInfo.InvariantCulture);
    }

    /// <summary>The day of birth that is stored, or null.</summary>
    public static DateOnly? DayOf(string? stored) =>
        stored is null ? null : DateOnly.ParseExact(stored, DayForm, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"[ .\-()]")]
    private static partial Regex PhoneSigns();

    // Mobile numbers have ten digits, those of houses ten or eleven.
    [GeneratedRegex(@"\A0[2-9][0-9]{8,9}\z")]
    private static partial Regex VietnamesePhone();

    [GeneratedRegex(@"\A[^@\s<>""]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}\z")]
    private static partial Regex EmailForm();
}
