using System.Globalization;
using System.Text;

namespace TinhSo.Payments;

/// <summary>Takes an EMV merchant-presented code apart.</summary>
internal static class EmvReader
{
    private const string ChecksumTag = "63";
    private const int ChecksumLength = 4;

    /// <summary>The fields of a whole code, its checksum compared, or what is wrong with it.</summary>
    public static VietQrFault Read(string text, int lengthMax, out EmvCode? code)
    {
        code = null;
        if (text.Length == 0)
        {
            return VietQrFault.Empty;
        }
        if (text.Length > lengthMax)
        {
            return VietQrFault.TooLong;
        }
        // A character outside the basic plane is two UTF-16 units but counts once.
        var letters = text.EnumerateRunes().ToArray();
        var fields = new List<EmvField>();
        var fault = Walk(letters, fields);
        if (fault is not VietQrFault.None)
        {
            return fault;
        }
        var body = text[..^ChecksumLength];
        if (!text.EndsWith(VietQr.Checksum(body), StringComparison.OrdinalIgnoreCase))
        {
            return VietQrFault.WrongChecksum;
        }
        var isComplete = fields.Exists(field => field.Tag == "53") && fields.Exists(field => field.Tag == "58")
            && fields.Exists(field => IsMerchantAccount(field.Tag));
        if (!isComplete)
        {
            return VietQrFault.MissingField;
        }
        code = new EmvCode(fields);
        return VietQrFault.None;
    }

    /// <summary>The fields of a template; false when its lengths do not add up or a tag stands twice.</summary>
    public static bool TryReadFields(string text, out IReadOnlyList<EmvField> fields)
    {
        var read = new List<EmvField>();
        fields = read;
        var letters = text.EnumerateRunes().ToArray();
        var at = 0;
        while (at < letters.Length)
        {
            if (!TryReadHead(letters, at, out var tag, out var length) || at + 4 + length > letters.Length
                || read.Exists(field => field.Tag == tag))
            {
                fields = [];
                return false;
            }
            read.Add(new EmvField(tag, Slice(letters, at + 4, length), []));
            at += 4 + length;
        }
        return read.Count > 0;
    }

    private static VietQrFault Walk(Rune[] letters, List<EmvField> fields)
    {
        var at = 0;
        while (at < letters.Length)
        {
            if (!TryReadHead(letters, at, out var tag, out var length))
            {
                return VietQrFault.BadLength;
            }
            var left = letters.Length - at - 4;
            if (fields.Count == 0 && (tag != "00" || length != 2 || left < 2 || Slice(letters, at + 4, 2) != "01"))
            {
                return VietQrFault.FirstField;
            }
            if (tag == ChecksumTag)
            {
                fields.Add(new EmvField(tag, Slice(letters, at + 4, Math.Min(left, ChecksumLength)), []));
                return length != ChecksumLength ? VietQrFault.ChecksumMissing
                    : left < ChecksumLength ? VietQrFault.ChecksumCut
                    : left > ChecksumLength ? VietQrFault.DataAfterChecksum
                    : VietQrFault.None;
            }
            if (length > left)
            {
                return VietQrFault.BadLength;
            }
            if (fields.Exists(field => field.Tag == tag))
            {
                return VietQrFault.RepeatedTag;
            }
            var value = Slice(letters, at + 4, length);
            fields.Add(new EmvField(tag, value, IsTemplate(tag) && TryReadFields(value, out var parts) ? parts : []));
            at += 4 + length;
        }
        return VietQrFault.ChecksumMissing;
    }

    private static bool TryReadHead(Rune[] letters, int at, out string tag, out int length)
    {
        tag = "";
        length = 0;
        if (at + 4 > letters.Length)
        {
            return false;
        }
        for (var i = at; i < at + 4; i++)
        {
            if (letters[i].Value is < '0' or > '9')
            {
                return false;
            }
        }
        tag = Slice(letters, at, 2);
        length = int.Parse(Slice(letters, at + 2, 2), CultureInfo.InvariantCulture);
        return length > 0;
    }

    private static bool IsMerchantAccount(string tag) => string.CompareOrdinal(tag, "02") >= 0
        && string.CompareOrdinal(tag, "51") <= 0;

    private static bool IsTemplate(string tag) => tag is "62" or "64"
        || (string.CompareOrdinal(tag, "26") >= 0 && string.CompareOrdinal(tag, "51") <= 0)
        || string.CompareOrdinal(tag, "80") >= 0;

    private static string Slice(Rune[] letters, int at, int length)
    {
        var slice = new StringBuilder(length);
        foreach (var letter in letters.AsSpan(at, length))
        {
            slice.Append(letter.ToString());
        }
        return slice.ToString();
    }
}
