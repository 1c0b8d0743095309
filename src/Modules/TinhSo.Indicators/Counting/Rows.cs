namespace TinhSo.Indicators.Counting;

/// <summary>What one transfer or fact adds to one selection: that of which figures are made.</summary>
internal sealed class CountedRow
{
    /// <summary>An ordinary movement of money, or a fact.</summary>
    public const int RankMoved = 1;

    /// <summary>Money given back, as a fact tells of a transfer; outranks the transfer itself.</summary>
    public const int RankGivenBack = 2;

    /// <summary>The mirror of another row, which takes that back; outranks both.</summary>
    public const int RankMirror = 3;

    public required Guid Id { get; init; }
    public required string Selection { get; init; }
    public required Guid Source { get; set; }
    public required DateTimeOffset At { get; set; }
    public required string Month { get; set; }
    public required DateOnly Day { get; set; }
    public required string Place { get; set; }
    public required string Class { get; set; }
    public required string Channel { get; set; }

    /// <summary>Of a register, whose state this is; otherwise what is counted as distinct.</summary>
    public required string Key { get; set; }

    /// <summary>1, or -1 for what is taken back; in a register, 1 for a state that counts and 0 for one that does not.</summary>
    public required int Count { get; set; }

    /// <summary>In đồng; negative for what is taken back.</summary>
    public required long Amount { get; set; }

    public required int Rank { get; set; }
    public string? Receipt { get; set; }
    public Guid? MirroredBy { get; set; }

    /// <summary>In a register, when the next state of the same key began; null while this one holds.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>That something was withdrawn or reversed: it may be heard before what it takes back.</summary>
internal sealed class Withdrawal
{
    public required Guid Id { get; init; }
    public required Guid Source { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>The receipt that was given for a transfer.</summary>
internal sealed class ReceiptOfTransfer
{
    public required Guid TransferId { get; init; }
    public required string Code { get; init; }
}

/// <summary>The sum of one selection's rows in one month, by their dimensions.</summary>
/// <remarks>
/// In a register it is the change within the month: the state at the end of a month is the sum of all up to it.
/// </remarks>
internal sealed class Rollup
{
    public required Guid Id { get; init; }
    public required string Selection { get; init; }
    public required string Month { get; init; }
    public required string Place { get; init; }
    public required string Class { get; init; }
    public required string Channel { get; init; }

    /// <summary>Who wrote it: what follows the ledger and what hears facts never wait for one another.</summary>
    public required string Feed { get; init; }

    public long Count { get; set; }
    public long Amount { get; set; }
    public long Changes { get; set; }
}

/// <summary>How often one key was active on one day, for streams that count distinct keys.</summary>
internal sealed class Activity
{
    public required Guid Id { get; init; }
    public required string Selection { get; init; }
    public required DateOnly Day { get; init; }
    public required string Key { get; init; }
    public required string Place { get; init; }
    public required string Class { get; init; }
    public required string Channel { get; init; }
    public long Count { get; set; }
    public long Changes { get; set; }
}
