using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace TinhSo.Kernel.Http;

/// <summary>Writes CSV that spreadsheets open rightly and never carry out.</summary>
public static partial class Csv
{
    /// <summary>A file in UTF-8 with its mark, without which some spreadsheets read Vietnamese wrongly.</summary>
    public static FileContentHttpResult File(string name, IEnumerable<IReadOnlyList<string?>> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.AppendJoin(',', row.Select(Field)).Append("\r\n");
        }
        return TypedResults.File([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())],
            "text/csv; charset=utf-8", name);
    }

    /// <summary>One field: what a spreadsheet would take for a formula begins with an apostrophe.</summary>
    public static string Field(string? value)
    {
        var field = value ?? "";
        if (field.Length > 0 && field[0] is ('=' or '+' or '-' or '@' or '\t' or '\r') && !Number().IsMatch(field))
        {
            field = $"'{field}";
        }
        return field.AsSpan().IndexOfAny("\",\r\n") < 0
            ? field
            : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>A number as programs read it.</summary>
    public static string? Plain(decimal? value) => value?.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^-?[0-9]+(\.[0-9]+)?$")]
    private static partial Regex Number();
}
