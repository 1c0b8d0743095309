using System.Text.RegularExpressions;
using TinhSo.Kernel.Http;
using TinhSo.Places;

namespace TinhSo.Payments.Requests;

/// <summary>What orders say they are for, and where.</summary>
internal static partial class ServiceCodes
{
    private const int LengthMax = 60;

    public static string Check(string field, string? code, FieldErrors errors)
    {
        var clean = errors.Required(field, code, LengthMax);
        if (clean.Length > 0 && !Shape().IsMatch(clean))
        {
            errors.Add(field, "Mã dịch vụ chỉ gồm chữ thường, số, dấu chấm và gạch nối, ví dụ market.fees.",
                "A service code has small letters, digits, dots and hyphens, such as market.fees.");
        }
        return clean;
    }

    public static string? CheckPlace(string field, string? place, IPlaces places, FieldErrors errors)
    {
        var clean = errors.Optional(field, place, 10);
        if (clean is not null && places.Find(clean) is null)
        {
            errors.Add(field, "Không có đơn vị hành chính mang mã này.", "No unit of administration has this code.");
        }
        return clean;
    }

    [GeneratedRegex(@"\A[a-z0-9]+(?:[.\-][a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
