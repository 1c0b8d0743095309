using System.Security.Cryptography;
using System.Text;

namespace TinhSo.Kernel;

/// <summary>How identifiers come about.</summary>
public static class Ids
{
    /// <summary>A new identifier (UUIDv7), which sorts by the time it was made.</summary>
    public static Guid New(TimeProvider clock) => Guid.CreateVersion7(clock.GetUtcNow());

    /// <summary>The identifier (UUIDv8, RFC 9562) that belongs to a name within a scope: the same for ever.</summary>
    /// <remarks>Lets a repeated message find what its first copy made.</remarks>
    public static Guid From(string scope, string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{scope}\n{name}"), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
