namespace TinhSo.Ledger.Books;

/// <summary>Instants as both engines keep them.</summary>
internal static class Instants
{
    /// <summary>The instant in UTC, cut to microseconds: what is answered at once equals what is read back.</summary>
    public static DateTimeOffset Cut(DateTimeOffset instant)
    {
        var utc = instant.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
