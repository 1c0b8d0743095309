using TinhSo.Billing.Claims;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Imports;

/// <summary>The columns of a file of bills, and how a record becomes a bill.</summary>
internal sealed class ImportFile
{
    /// <summary>The names of the columns; a file has the first seven, in any order, and may have the others.</summary>
    public static readonly IReadOnlyList<string> Columns =
    [
        "customer_code", "holder_name", "service", "period", "amount", "due_on", "reference", "description", "place",
    ];

    private const int Needed = 7;

    private readonly Dictionary<string, int> places;

    private ImportFile(Dictionary<string, int> places) => this.places = places;

    /// <summary>Reads the header, or says what is wrong with it.</summary>
    public static ImportFile? Read(CsvRow? header, FieldErrors errors)
    {
        var names = header?.Fields.Select(name => name.Trim()).ToList() ?? [];
        var missing = Columns.Take(Needed).Except(names).ToList();
        var unknown = names.Except(Columns).ToList();
        var isTwice = names.Count != names.Distinct(StringComparer.Ordinal).Count();
        if (header?.Fault is null && missing.Count == 0 && unknown.Count == 0 && !isTwice)
        {
            return new(names.Select((name, at) => (name, at)).ToDictionary(one => one.name, one => one.at));
        }
        errors.Add("file", missing.Count > 0 && names.Count > 1
                ? $"Dòng đầu thiếu cột: {string.Join(", ", missing)}."
                : $"Dòng đầu phải gồm tên cột, mã hóa UTF-8, ngăn bằng dấu phẩy: {string.Join(",", Columns)}.",
            missing.Count > 0 && names.Count > 1
                ? $"The first row lacks the columns: {string.Join(", ", missing)}."
                : $"The first row must name the columns, in UTF-8, parted by commas: {string.Join(",", Columns)}.");
        return null;
    }

    /// <summary>The record as a bill; a record with too many or too few fields is none.</summary>
    public ClaimOrder? Order(IReadOnlyList<string> fields)
    {
        return fields.Count != places.Count
            ? null : new ClaimOrder(Of(0), Of(1), Of(2), Of(3), Of(4), Of(5), Of(6), Of(7), Of(8));

        string? Of(int column) => places.TryGetValue(Columns[column], out var at) ? fields[at] : null;
    }

    /// <summary>The column to which a field of a bill belongs.</summary>
    public static string ColumnOf(string field) => field switch
    {
        "customerCode" => "customer_code",
        "holderName" => "holder_name",
        "dueOn" => "due_on",
        _ => field,
    };

    /// <summary>A fault of a whole record in words.</summary>
    public static Text Say(CsvFault fault) => fault switch
    {
        CsvFault.TooLong => new("Dòng hoặc ô quá dài.", "The row or a field of it is too long."),
        CsvFault.NotUtf8 => new("Có ký tự không phải UTF-8. Hãy lưu tệp với mã hóa UTF-8.",
            "There are bytes that are not UTF-8. Save the file as UTF-8."),
        CsvFault.Quotes => new("Dấu ngoặc kép đặt sai.", "A quotation mark stands where none may."),
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
