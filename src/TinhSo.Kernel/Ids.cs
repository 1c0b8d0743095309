using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace TinhSo.Kernel;

/// <summary>How identifiers come about.</summary>
public static class Ids
{
    private static readonly ConditionalWeakTable<TimeProvider, Sequence> Sequences = [];

    /// <summary>
    /// A new identifier (UUIDv7), which sorts behind all that this process made by the same clock before.
    /// </summary>
    public static Guid New(TimeProvider clock) => Sequences.GetOrCreateValue(clock).Next(clock.GetUtcNow());

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

    // RFC 9562, section 6.2, method 3: the twelve bits behind the milliseconds hold their fraction, and whoever asks
    // within the same fraction gets the next one. Were they random, of two facts or two entries of a history about one
    // thing within a moment the newer might be read first.
    private sealed class Sequence
    {
        private readonly Lock gate = new();
        // Chance is had in large pieces: each asking goes down to the kernel of the system.
        private readonly byte[] chance = new byte[4096];
        private int taken = 4096;
        private long last;

        public Guid Next(DateTimeOffset now)
        {
            var fraction = now.Ticks % TimeSpan.TicksPerMillisecond * 4096 / TimeSpan.TicksPerMillisecond;
            long position;
            Span<byte> bytes = stackalloc byte[16];
            lock (gate)
            {
                position = last = Math.Max((now.ToUnixTimeMilliseconds() << 12) + fraction, last + 1);
                if (taken == chance.Length)
                {
                    RandomNumberGenerator.Fill(chance);
                    taken = 0;
                }
                chance.AsSpan(taken, 8).CopyTo(bytes[8..]);
                taken += 8;
            }
            bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
            BinaryPrimitives.WriteInt64BigEndian(bytes, (position >> 12 << 16) | 0x7000 | (position & 0xFFF));
            return new Guid(bytes, bigEndian: true);
        }
    }
}
