using System.Buffers.Binary;

namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>Chance that falls the same way on every machine and runtime: SplitMix64.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong state = seed;

    public ulong Roll()
    {
        unchecked
        {
            var value = state += 0x9E3779B97F4A7C15;
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }

    public int Below(int max) => (int)(Roll() % (ulong)max);

    public int Between(int min, int max) => min + Below(max - min + 1);

    public bool Percent(int chance) => Below(100) < chance;

    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];

    public Guid Id()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Roll());
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Roll());
        return new Guid(bytes, bigEndian: true);
    }
}
