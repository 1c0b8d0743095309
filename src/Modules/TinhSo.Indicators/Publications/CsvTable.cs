using System.Text;
using TinhSo.Kernel;

namespace TinhSo.Indicators.Publications;

/// <summary>One row of a CSV file, by the names of its columns.</summary>
internal sealed record CsvRow(string File, int Line, IReadOnlyDictionary<string, string> Fields)
{
    public string this[string column] => Fields[column];
}

/// <summary>Reads CSV from anyone: limits its size, and names every bad row by its line.</summary>
internal static class CsvTable
{
    public const int BytesMax = 5_000_000;
    private const int RowsMax = 50_000;
    private const int FieldLengthMax = 2_000;

    public static async Task<IReadOnlyList<CsvRow>> Read(
        string folder, string name, IReadOnlyList<string> columns, List<BadRow> errors, CancellationToken stop)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        if (!file.Exists || file.Length > BytesMax)
        {
            errors.Add(new BadRow(name, 0, "", $"The file is missing or larger than {BytesMax} bytes."));
            return [];
        }
        try
        {
            var text = await File.ReadAllTextAsync(file.FullName, new UTF8Encoding(false, true), stop);
            return Parse(name, text, columns, errors);
        }
        catch (DecoderFallbackException)
        {
            errors.Add(new BadRow(name, 0, "", "The file is not UTF-8."));
            return [];
        }
    }

    public static IReadOnlyList<CsvRow> Parse(
        string name, string text, IReadOnlyList<string> columns, List<BadRow> errors)
    {
        var rows = new List<CsvRow>();
        var records = new CsvRecords(text.TrimStart('\uFEFF'));
        var headed = false;
        while (records.Read())
        {
            if (records.Wrong is { } wrong)
            {
                errors.Add(new BadRow(name, records.Line, "", wrong));
            }
            else if (!headed)
            {
                headed = true;
                if (!columns.SequenceEqual(records.Fields))
                {
                    errors.Add(new BadRow(name, 1, "", $"The columns must be: {string.Join(",", columns)}."));
                    return [];
                }
            }
            else if (rows.Count >= RowsMax)
            {
                errors.Add(new BadRow(name, records.Line, "", $"There are more than {RowsMax} rows."));
                return rows;
            }
            else if (Row(name, records.Line, records.Fields, columns, errors) is { } row)
            {
                rows.Add(row);
            }
        }
        return rows;
    }

    private static CsvRow? Row(
        string name, int line, List<string> record, IReadOnlyList<string> columns, List<BadRow> errors)
    {
        if (record.Count != columns.Count)
        {
            errors.Add(new BadRow(name, line, "", $"There are {record.Count} fields instead of {columns.Count}."));
            return null;
        }
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < record.Count; i++)
        {
            if (record[i].Length > FieldLengthMax)
            {
                errors.Add(new BadRow(name, line, columns[i], $"There are more than {FieldLengthMax} characters."));
                return null;
            }
            if (record[i].Any(char.IsControl))
            {
                errors.Add(new BadRow(name, line, columns[i], "There is a control character."));
                return null;
            }
            fields[columns[i]] = Words.Clean(record[i]);
        }
        return new CsvRow(name, line, fields);
    }
}
