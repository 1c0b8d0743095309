using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TinhSo.Kernel.Audit;

/// <summary>One thing that somebody did, as it is recorded for ever.</summary>
/// <param name="Number">1, 2, 3…, without gaps.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Who">As <see cref="Http.ICaller.Signature"/>; nobody signed in is <c>anonymous</c>.</param>
/// <param name="Origin">The remote address; null where there was none.</param>
/// <param name="What">Such as <c>identity_role.added</c> or <c>identity.signed-in</c>.</param>
/// <param name="Subject">What it was done to, such as <c>person:0197…</c> or the key of a row.</param>
/// <param name="Why">The reason given, or null.</param>
/// <param name="Before">The columns that changed, as they were, in JSON; null for what is new.</param>
/// <param name="After">The columns that changed, as they are, in JSON; null for what was removed.</param>
public sealed record AuditEntry(long Number, DateTimeOffset At, string Who, string? Origin, string What, string Subject,
    string? Why, string? Before, string? After)
{
    /// <summary>The hash before the first entry.</summary>
    public static string Beginning { get; } = new('0', SHA256.HashSizeInBytes * 2);

    /// <summary>SHA-256 over the hash of the entry before and one form of this one, in lower hexadecimal.</summary>
    /// <remarks>A field is its length in bytes, big-endian, and its UTF-8; a length of -1 stands for nothing.</remarks>
    public string HashAfter(string before)
    {
        using var form = new MemoryStream();
        var at = At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        foreach (var field in (string?[])[before, Number.ToString(CultureInfo.InvariantCulture), at, Who, Origin, What,
            Subject, Why, Before, After])
        {
            Put(form, field);
        }
        return Convert.ToHexStringLower(SHA256.HashData(form.ToArray()));
    }

    private static void Put(MemoryStream form, string? field)
    {
        var bytes = field is null ? [] : Encoding.UTF8.GetBytes(field);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, field is null ? -1 : bytes.Length);
        form.Write(length);
        form.Write(bytes);
    }
}
