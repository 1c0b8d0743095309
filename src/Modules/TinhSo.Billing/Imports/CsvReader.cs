using System.Security.Cryptography;
using System.Text;

namespace TinhSo.Billing.Imports;

/// <summary>One record of a file.</summary>
/// <param name="Fields">What stood between the commas.</param>
/// <param name="Fault">What is wrong with the record as a whole, or null.</param>
internal sealed record CsvRow(IReadOnlyList<string> Fields, CsvFault? Fault);

/// <summary>What is wrong with a record as a whole.</summary>
internal enum CsvFault
{
    /// <summary>A field or the record is longer than any honest one.</summary>
    TooLong,

    /// <summary>There are bytes that are not UTF-8.</summary>
    NotUtf8,

    /// <summary>A quotation mark stands where none may, or has no other.</summary>
    Quotes,
}

/// <summary>The file is larger than is taken.</summary>
internal sealed class TooLargeException() : IOException("The file is larger than is taken.");

/// <summary>Reads CSV (RFC 4180, UTF-8) record by record, keeping no more than one of them.</summary>
/// <remarks>A record that is at fault does not end the reading: the next begins behind its line.</remarks>
internal sealed class CsvReader(Stream stream, long bytesMax) : IDisposable
{
    public const int FieldMax = 1_000;
    private const int RecordMax = 8_000;
    private const int BufferSize = 16 * 1024;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    // Bad bytes become U+FFFD and are found by it, so that the row they stand in can be named.
    private readonly Decoder decoder = new UTF8Encoding(false, false).GetDecoder();
    private readonly byte[] bytes = new byte[BufferSize];
    private readonly char[] chars = new char[BufferSize + 1];
    private readonly StringBuilder field = new();
    private int at;
    private int filled;
    private bool ended;
    private bool begun;

    /// <summary>How much was read.</summary>
    public long BytesRead { get; private set; }

    /// <summary>SHA-256 of all that was read so far.</summary>
    public string Digest() => Convert.ToHexStringLower(hash.GetCurrentHash());

    /// <summary>The next record, or null at the end. Empty lines are none.</summary>
    public async Task<CsvRow?> Next(CancellationToken stop)
    {
        var fields = new List<string>();
        CsvFault? fault = null;
        var (length, quoted, closed, endless) = (0, false, false, false);
        field.Clear();
        while (true)
        {
            if (await Read(stop) is not { } sign)
            {
                if (fields.Count == 0 && field.Length == 0 && fault is null && !closed && !quoted)
                {
                    return null;
                }
                return End(fields, quoted ? fault ?? CsvFault.Quotes : fault);
            }
            fault ??= sign == '\uFFFD' ? CsvFault.NotUtf8 : (CsvFault?)null;
            if (++length > RecordMax || field.Length > FieldMax)
            {
                fault ??= CsvFault.TooLong;
                // Within an endless field a quotation mark tells nothing any more: the line's end ends the record.
                (quoted, endless) = (false, true);
                field.Clear();
            }
            if (quoted)
            {
                if (sign != '"')
                {
                    field.Append(sign);
                }
                else if (await Peek(stop) == '"')
                {
                    await Read(stop);
                    field.Append('"');
                }
                else
                {
                    (quoted, closed) = (false, true);
                }
            }
            else if (sign == ',')
            {
                fields.Add(field.ToString());
                field.Clear();
                closed = false;
            }
            else if (sign == '\n' || (sign == '\r' && await Peek(stop) is '\n' or null))
            {
                if (sign == '\n')
                {
                    if (fields.Count == 0 && field.Length == 0 && !closed && fault is null)
                    {
                        // An empty line is no record, but it is a row of a spreadsheet.
                        return new CsvRow([], null);
                    }
                    return End(fields, fault);
                }
            }
            else if (sign == '"' && field.Length == 0 && !closed && !endless)
            {
                quoted = true;
            }
            else
            {
                fault ??= sign == '"' || closed ? CsvFault.Quotes : (CsvFault?)null;
                field.Append(sign);
            }
        }
    }

    public void Dispose() => hash.Dispose();

    private CsvRow End(List<string> fields, CsvFault? fault)
    {
        fields.Add(field.ToString());
        field.Clear();
        return new CsvRow(fields, fault);
    }

    private async ValueTask<char?> Read(CancellationToken stop) =>
        await Fill(stop) ? chars[at++] : null;

    private async ValueTask<char?> Peek(CancellationToken stop) =>
        await Fill(stop) ? chars[at] : null;

    private async ValueTask<bool> Fill(CancellationToken stop)
    {
        while (at == filled)
        {
            if (ended)
            {
                return false;
            }
            var read = await stream.ReadAsync(bytes, stop);
            BytesRead += read;
            if (BytesRead > bytesMax)
            {
                throw new TooLargeException();
            }
            hash.AppendData(bytes, 0, read);
            ended = read == 0;
            (at, filled) = (0, decoder.GetChars(bytes, 0, read, chars, 0, flush: ended));
            if (!begun && filled > 0)
            {
                begun = true;
                at = chars[0] == '\uFEFF' ? 1 : 0;
            }
        }
        return true;
    }
}
