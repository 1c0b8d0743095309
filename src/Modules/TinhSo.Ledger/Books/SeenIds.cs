using System.Buffers.Binary;
using System.Numerics;

namespace TinhSo.Ledger.Books;

/// <summary>
/// A Bloom filter over every id in the log: what it has not seen is certainly new, and needs no look-up.
/// </summary>
/// <remarks>
/// Ten bits an id and four probes: about one new id in eighty is looked up in vain. It grows by a layer twice as large
/// when one is full, so its memory follows the log and it need not be filled anew.
/// </remarks>
internal sealed class SeenIds
{
    private const int BitsPerId = 10;
    private const int Probes = 4;
    private const long FirstCapacity = 1 << 20;

    private readonly List<ulong[]> layers = [];
    private long capacity;
    private long room;

    /// <param name="expected">How many ids will be added at first.</param>
    public SeenIds(long expected) => Grow(Math.Max(FirstCapacity, expected + (expected / 2)));

    public bool MayContain(Guid id)
    {
        var (first, step) = Hash(id);
        foreach (var layer in layers)
        {
            var bits = (ulong)layer.Length * 64;
            var probe = 0;
            for (var at = first; probe < Probes; probe++, at = unchecked(at + step))
            {
                var bit = at & (bits - 1);
                if ((layer[bit >> 6] & (1UL << (int)(bit & 63))) == 0)
                {
                    break;
                }
            }
            if (probe == Probes)
            {
                return true;
            }
        }
        return false;
    }

    public void Add(Guid id)
    {
        if (room == 0)
        {
            Grow(capacity * 2);
        }
        room--;
        var layer = layers[^1];
        var bits = (ulong)layer.Length * 64;
        var (at, step) = Hash(id);
        for (var probe = 0; probe < Probes; probe++, at = unchecked(at + step))
        {
            var bit = at & (bits - 1);
            layer[bit >> 6] |= 1UL << (int)(bit & 63);
        }
    }

    private void Grow(long ids)
    {
        capacity = room = ids;
        layers.Add(new ulong[BitOperations.RoundUpToPowerOf2((ulong)(ids * BitsPerId)) / 64]);
    }

    // Ids are made by time and chance, or by a hash: mixing both halves spreads either kind.
    private static (ulong First, ulong Step) Hash(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        unchecked
        {
            var low = Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            var high = Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) ^ low);
            return (low ^ BitOperations.RotateLeft(high, 31), high | 1);
        }
    }

    // The finisher of SplitMix64.
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
