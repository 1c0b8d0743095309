using System.Buffers.Binary;

namespace TinhSo.Kernel.Facts;

/// <summary>Numbers facts (UUIDv7) so that those of one process sort as they were published, also within a moment.</summary>
/// <remarks>
/// As RFC 9562, section 6.2, method 3: the twelve bits behind the milliseconds hold their fraction, and whoever asks
/// within the same fraction gets the next one. Ids that were random there would have hearers hear, of two facts about
/// one thing, the newer first.
/// </remarks>
internal sealed class FactIds
{
    private readonly Lock gate = new();
    private long last;

    public Guid Next(DateTimeOffset now)
    {
        var milliseconds = now.ToUnixTimeMilliseconds();
        var fraction = now.Ticks % TimeSpan.TicksPerMillisecond * 4096 / TimeSpan.TicksPerMillisecond;
        long position;
        lock (gate)
        {
            position = last = Math.Max((milliseconds << 12) + fraction, last + 1);
        }
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(now).TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes, (position >> 12 << 16) | 0x7000 | (position & 0xFFF));
        return new Guid(bytes, bigEndian: true);
    }
}
