using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace TinhSo.Kernel.Storage;

/// <summary>The keys of sealed columns. The first seals; all of them open.</summary>
/// <remarks>
/// A sealed value is <c>&lt;key id&gt;.&lt;base64&gt;</c>: 12 bytes of chance, the text under AES-256-GCM, 16 bytes of
/// tag. Table and column are bound into the tag, so a value that was moved to another column does not open.
/// </remarks>
public sealed partial class ColumnKeys
{
    /// <summary>A key that everybody knows, to try the platform with. Refused in production.</summary>
    public const string Demo = "demo:dGluaHNvLWRlbW9uc3RyYXRpb24ta2V5LTMyYnl0ZXM=";

    /// <summary>In place of a key's id before a value that waits to be sealed, as an upgrade leaves it.</summary>
    internal const string Plain = "plain";

    private const string Name = "columns";
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly List<ColumnKey> keys;

    private ColumnKeys(List<ColumnKey> keys)
    {
        this.keys = keys;
        Print = Convert.ToHexString(SHA256.HashData(
            [.. keys.SelectMany(key => (byte[])[.. Encoding.UTF8.GetBytes(key.Id), .. key.Index])]));
    }

    /// <summary>The id of the key that seals.</summary>
    public string CurrentId => keys[0].Id;

    /// <summary>Tells one set of keys from another, and nothing about them.</summary>
    internal string Print { get; }

    /// <summary>
    /// The keys of <c>Keys:columns</c> or of the file <c>Keys:columns-file</c>, as <c>id:base64</c> parted by commas or
    /// lines; without either, and not in production, the one that this node makes for itself, <c>local</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">They cannot be used; the message says what to do.</exception>
    public static ColumnKeys From(IConfiguration configuration, SecretKeys secrets, bool isProduction)
    {
        var listed = configuration[$"Keys:{Name}-file"] is { Length: > 0 } file
            ? File.ReadAllText(file) : configuration[$"Keys:{Name}"];
        if (!string.IsNullOrWhiteSpace(listed))
        {
            return Parse(listed, isProduction);
        }
        return isProduction
            ? throw new InvalidOperationException("Keys:columns is missing. Sealed columns need a key of this "
                + "platform's own, kept outside of the database: Keys:columns=<id>:<32 bytes in base64>.")
            : new([ColumnKey.Of("local", secrets.Key(Name))]);
    }

    /// <summary>Reads a list of keys.</summary>
    /// <exception cref="InvalidOperationException">An entry is no key, or is the one that everybody knows.</exception>
    public static ColumnKeys Parse(string listed, bool isProduction)
    {
        var entries = listed.Split([',', '\n', '\r'],
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var keys = new List<ColumnKey>();
        foreach (var entry in entries)
        {
            var (id, bytes) = (entry.Split(':')[0], new byte[32]);
            if (!KeyId().IsMatch(id) || id == Plain || keys.Exists(key => key.Id == id) || id.Length == entry.Length
                || !Convert.TryFromBase64String(entry[(id.Length + 1)..], bytes, out var length) || length != 32)
            {
                throw new InvalidOperationException($"Entry {keys.Count + 1} of Keys:columns is no key. Each is an id "
                    + "of its own, of small letters, digits and hyphens, a colon, and 32 bytes in base64.");
            }
            if (isProduction && (entry == Demo
                || Demo.EndsWith(Convert.ToBase64String(bytes), StringComparison.Ordinal)))
            {
                throw new InvalidOperationException("Keys:columns holds the demonstration's key, which everybody "
                    + "knows. Make one of your own: head -c 32 /dev/urandom | base64.");
            }
            keys.Add(ColumnKey.Of(id, bytes));
        }
        return keys.Count > 0 ? new(keys) : throw new InvalidOperationException("Keys:columns holds no key.");
    }

    /// <summary>A text as it is stored in a column; each time another.</summary>
    public string Seal(string table, string column, string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[NonceLength + plain.Length + TagLength];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceLength));
        using var cipher = new AesGcm(keys[0].Sealing, TagLength);
        cipher.Encrypt(box.AsSpan(0, NonceLength), plain, box.AsSpan(NonceLength, plain.Length),
            box.AsSpan(^TagLength..),
            Place(table, column));
        return $"{keys[0].Id}.{Convert.ToBase64String(box)}";
    }

    /// <summary>The text that is stored in a column.</summary>
    /// <exception cref="SealedColumnException">It does not open; the message names the column and not the
    /// value.</exception>
    public string Open(string table, string column, string stored)
    {
        var dot = stored.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || stored[..dot] is Plain || !KeyId().IsMatch(stored[..dot]))
        {
            throw new SealedColumnException($"{table}.{column} holds a value that is not sealed.");
        }
        var key = keys.Find(one => one.Id == stored[..dot]) ?? throw new SealedColumnException(
            $"{table}.{column} is sealed with the key {stored[..dot]}, which Keys:columns does not hold. Put it back "
            + "behind the present one until `tinhso rotate columns` has come to its end.");
        var box = new byte[stored.Length];
        if (!Convert.TryFromBase64String(stored[(dot + 1)..], box, out var length) || length < NonceLength + TagLength)
        {
            throw Broken(table, column);
        }
        var plain = new byte[length - NonceLength - TagLength];
        try
        {
            using var cipher = new AesGcm(key.Sealing, TagLength);
            cipher.Decrypt(box.AsSpan(0, NonceLength), box.AsSpan(NonceLength, plain.Length),
                box.AsSpan(length - TagLength, TagLength), plain, Place(table, column));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw Broken(table, column);
        }
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>What the index of a column may hold for a text, by each key; the first is what is stored now.</summary>
    /// <remarks>Blanks and capitals make no difference.</remarks>
    public IReadOnlyList<string> Indexes(string table, string column, string text)
    {
        var folded = string.Concat(Words.Clean(text).Where(letter => !char.IsWhiteSpace(letter))).ToLowerInvariant();
        var message = Encoding.UTF8.GetBytes($"{table}.{column}\n{folded}");
        return keys.ConvertAll(key =>
            $"{key.Id}.{Convert.ToBase64String(HMACSHA256.HashData(key.Index, message))}");
    }

    /// <summary>Whether what is stored bears the id of the key that seals now.</summary>
    internal bool IsCurrent(string stored) => stored.StartsWith($"{CurrentId}.", StringComparison.Ordinal);

    private static byte[] Place(string table, string column) => Encoding.UTF8.GetBytes($"{table}.{column}");

    private static SealedColumnException Broken(string table, string column) =>
        new($"{table}.{column} holds a value that was changed, or sealed for another column.");

    [GeneratedRegex("^[a-z0-9-]{1,20}$")]
    private static partial Regex KeyId();

    /// <summary>One key, and the two that are derived from it: no bytes serve two purposes.</summary>
    private sealed record ColumnKey(string Id, byte[] Sealing, byte[] Index)
    {
        public static ColumnKey Of(string id, byte[] key) =>
            new(id, Derive(key, "tinhso sealed column"), Derive(key, "tinhso sealed index"));

        private static byte[] Derive(byte[] key, string purpose) =>
            HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, info: Encoding.UTF8.GetBytes(purpose));
    }
}

/// <summary>A sealed value does not open. The message names the column, never the value.</summary>
public sealed class SealedColumnException(string message) : InvalidOperationException(message);
