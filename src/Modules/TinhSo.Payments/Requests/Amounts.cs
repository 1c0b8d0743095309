namespace TinhSo.Payments.Requests;

/// <summary>The bounds of what can be asked for.</summary>
internal static class Amounts
{
    /// <summary>In đồng; what a VietQR's field of 13 digits and the ledger's sums carry with ease.</summary>
    public const long Max = 999_999_999_999;

    /// <summary>An instant as both databases keep it, so that an order compares equal when it is repeated.</summary>
    public static DateTimeOffset ToMicroseconds(DateTimeOffset instant)
    {
        var utc = instant.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
