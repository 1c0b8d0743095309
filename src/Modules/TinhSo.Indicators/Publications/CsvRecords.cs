using System.Text;

namespace TinhSo.Indicators.Publications;

/// <summary>Cuts a CSV text (RFC 4180) into records, and goes on behind one that is broken.</summary>
internal sealed class CsvRecords(string text)
{
    private int position;
    private int nextLine = 1;

    /// <summary>The line on which the present record begins.</summary>
    public int Line { get; private set; }

    public List<string> Fields { get; } = [];

    /// <summary>What is wrong with the present record; null when nothing is.</summary>
    public string? Wrong { get; private set; }

    /// <summary>Goes to the next record that is not an empty line.</summary>
    public bool Read()
    {
        while (position < text.Length)
        {
            (Line, Wrong) = (nextLine, null);
            Fields.Clear();
            ReadRecord();
            if (Wrong is not null || Fields.Count > 1 || Fields[0].Length > 0)
            {
                return true;
            }
        }
        return false;
    }

    private void ReadRecord()
    {
        while (true)
        {
            Fields.Add(position < text.Length && text[position] == '"' ? Quoted() : Plain());
            if (position >= text.Length)
            {
                return;
            }
            var end = text[position++];
            if (end == ',')
            {
                continue;
            }
            if (end == '\r' && position < text.Length && text[position] == '\n')
            {
                position++;
            }
            nextLine++;
            return;
        }
    }

    private string Plain()
    {
        var start = position;
        while (position < text.Length && text[position] is not (',' or '\r' or '\n'))
        {
            if (text[position] == '"')
            {
                Wrong = "A quotation mark is out of place.";
            }
            position++;
        }
        return text[start..position];
    }

    private string Quoted()
    {
        var field = new StringBuilder();
        position++;
        while (position < text.Length)
        {
            var letter = text[position++];
            if (letter == '"')
            {
                if (position < text.Length && text[position] == '"')
                {
                    position++;
                }
                else
                {
                    var rest = Plain();
                    Wrong ??= rest.Length > 0 ? "A quotation mark is out of place." : null;
                    return field.ToString();
                }
            }
            else if (letter == '\n')
            {
                nextLine++;
            }
            field.Append(letter);
        }
        Wrong = "A quotation mark is never closed.";
        return field.ToString();
    }
}
