using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using TinhSo.Kernel;

namespace TinhSo.Payments.Notices.Providers;

/// <summary>Reads the JSON of strangers: whatever it holds, the answer is a value or a refusal to read.</summary>
internal static class NoticeJson
{
    private const int TextMax = 1000;
    private const int NumberMax = 40;

    // A key that stands twice would be signed as one and read as the other.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>The root object of a body, or null.</summary>
    public static JsonElement? Parse(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
        {
            return null;
        }
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            return document.RootElement.ValueKind is JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // Not JSON, too deep, or a name with half a surrogate pair: a foreign body, so no bug of ours.
            return null;
        }
    }

    /// <summary>A property that is an object, or null.</summary>
    public static JsonElement? Object(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var found) && found.ValueKind is JsonValueKind.Object ? found : null;

    /// <summary>A property that is a text or whole number, as it can be stored; null when missing or empty.</summary>
    public static string? Text(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var found))
        {
            return null;
        }
        var text = found.ValueKind switch
        {
            JsonValueKind.String => TryGetString(found),
            JsonValueKind.Number => found.GetRawText(),
            _ => null,
        };
        return text is null ? null : Clean(text);
    }

    /// <summary>An account's number, in capitals and without spaces; null when it is none.</summary>
    public static string? Account(JsonElement parent, string name)
    {
        var account = Text(parent, name)?.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        return account is { Length: > 0 and <= NumberMax } ? account : null;
    }

    /// <summary>A reference, short enough for a key; null when it is none.</summary>
    public static string? Reference(JsonElement parent, string name) =>
        Text(parent, name) is { Length: > 0 and <= 100 } reference ? reference : null;

    /// <summary>A whole number of đồng, or null.</summary>
    public static long? Dong(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var found) && found.ValueKind is JsonValueKind.Number
        && found.TryGetInt64(out var dong) && dong is >= -999_999_999_999_999 and <= 999_999_999_999_999
            ? dong
            : null;

    /// <summary>A moment on a Vietnamese clock, or null.</summary>
    public static DateTimeOffset? Moment(JsonElement parent, string name)
    {
        string[] formats = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss"];
        return DateTime.TryParseExact(Text(parent, name), formats, CultureInfo.InvariantCulture, DateTimeStyles.None,
            out var civil) && civil.Year is > 2000 and < 9000
            ? new DateTimeOffset(civil, VietnamTime.Offset).ToUniversalTime()
            : null;
    }

    /// <summary>A moment as providers write it.</summary>
    public static string Write(DateTimeOffset moment) =>
        VietnamTime.Of(moment).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A string as JavaScript has it, or null when its escapes make no valid text.</summary>
    public static string? TryGetString(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: valid as JSON, but no text.
            return null;
        }
    }

    /// <summary>The same JSON with sorted keys and no spaces, as JavaScript writes it.</summary>
    public static bool TryWriteSorted(JsonElement element, StringBuilder text)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                return TryWriteAll('{', '}', element.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal),
                    text, property => TryWriteString(property.Name, text) && Colon(text)
                        && TryWriteSorted(property.Value, text));
            case JsonValueKind.Array:
                return TryWriteAll('[', ']', element.EnumerateArray(), text, item => TryWriteSorted(item, text));
            case JsonValueKind.String:
                return TryGetString(element) is { } words && TryWriteString(words, text);
            default:
                text.Append(element.GetRawText());
                return true;
        }
    }

    private static bool TryWriteAll<T>(
        char open, char close, IEnumerable<T> items, StringBuilder text, Func<T, bool> tryWrite)
    {
        text.Append(open);
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst)
            {
                text.Append(',');
            }
            isFirst = false;
            if (!tryWrite(item))
            {
                return false;
            }
        }
        text.Append(close);
        return true;
    }

    private static bool Colon(StringBuilder text)
    {
        text.Append(':');
        return true;
    }

    // JavaScript escapes these and nothing else: marks and other scripts stand as they are.
    private static bool TryWriteString(string words, StringBuilder text)
    {
        text.Append('"');
        foreach (var letter in words)
        {
            _ = letter switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => text.Append(letter),
            };
        }
        text.Append('"');
        return true;
    }

    // A database keeps no NUL, and a cut must not leave half a character behind.
    private static string? Clean(string text)
    {
        var clean = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();
        if (clean.Length > TextMax)
        {
            clean = clean[..(char.IsHighSurrogate(clean[TextMax - 1]) ? TextMax - 1 : TextMax)];
        }
        return clean.Length == 0 ? null : clean;
    }
}
