#pragma warning disable CA5394 // Which accounts a measurement picks is no secret, and the same each time.
namespace TinhSo.Benchmarks.Loads;

/// <summary>Which accounts a transfer is between.</summary>
internal static class Pick
{
    public static Random From(int seed) => new(seed);

    /// <summary>Two different ones of so many.</summary>
    public static (int Debit, int Credit) Two(Random random, int count)
    {
        var debit = random.Next(count);
        return (debit, (int)(((long)debit + random.Next(1, count)) % count));
    }

    /// <summary>Any, and the one that all others pay into.</summary>
    public static (int Debit, int Credit) Hot(Random random, int count) => (random.Next(1, count), 0);
}
