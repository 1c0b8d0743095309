using System.Text;
using TinhSo.Kernel.Http;

namespace TinhSo.Payments.Statements.Files;

/// <summary>RFC 4180: fields may be quoted, and a quoted field may hold breaks.</summary>
internal sealed class CsvRows(Stream stream, char separator) : IDisposable
{
    private const int FieldMax = 4000;
    private const int ColumnsMax = 100;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly StreamReader reader = new(stream, Strict, true, 4096, leaveOpen: true);
    private readonly StringBuilder field = new();
    private int breaks;

    public List<string> Fields { get; } = [];

    /// <summary>The line on which the present row begins.</summary>
    public int Line { get; private set; }

    public Refusal? Fault { get; private set; }

    public bool Next()
    {
        try
        {
            return Fault is null && Advance();
        }
        catch (DecoderFallbackException)
        {
            // A foreign file in another encoding: an answer, and no bug of ours.
            Fault = PaymentRefusals.UnreadableStatement with
            {
                Detail = new($"Sau dòng {breaks + 1}: không phải UTF-8. Hãy lưu tệp với bảng mã UTF-8.",
                    $"Behind line {breaks + 1}: not UTF-8. Save the file in UTF-8."),
            };
            return false;
        }
    }

    public void Dispose() => reader.Dispose();

    private bool Advance()
    {
        Fields.Clear();
        field.Clear();
        Line = breaks + 1;
        var quoted = false;
        for (var sign = reader.Read(); sign >= 0; sign = reader.Read())
        {
            breaks += sign == '\n' ? 1 : 0;
            if (quoted)
            {
                if (sign != '"')
                {
                    field.Append((char)sign);
                }
                else if (reader.Peek() == '"')
                {
                    field.Append((char)reader.Read());
                }
                else
                {
                    quoted = false;
                }
            }
            else if (sign == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else if (sign == separator)
            {
                End();
            }
            else if (sign == '\n')
            {
                End();
                return true;
            }
            else if (sign != '\r')
            {
                field.Append((char)sign);
            }
            if (field.Length > FieldMax || Fields.Count > ColumnsMax)
            {
                Fault = PaymentRefusals.UnreadableStatement with
                {
                    Detail = new($"Dòng {Line}: ô hoặc dòng quá dài.", $"Line {Line}: a field or a row is too long."),
                };
                return false;
            }
        }
        if (field.Length == 0 && Fields.Count == 0)
        {
            return false;
        }
        End();
        return true;
    }

    private void End()
    {
        Fields.Add(field.ToString());
        field.Clear();
    }
}
