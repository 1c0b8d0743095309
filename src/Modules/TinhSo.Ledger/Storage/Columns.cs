using System.Data.Common;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Books;

namespace TinhSo.Ledger.Storage;

/// <summary>How ids, instants and transfers stand in the columns of either engine.</summary>
internal static class Columns
{
    /// <summary>In the order in which <see cref="ReadTransfer"/> reads them.</summary>
    public const string Transfer =
        "position, id, kind, debit, credit, amount, code, channel, place, reference, original, expires_at, posted_at";

    /// <summary>What stands on both accounts right after a transfer, and which rows of theirs were before it.</summary>
    public const string After = """
        debit_before, debit_debits, debit_credits, debit_reserved_debits, debit_reserved_credits,
        credit_before, credit_debits, credit_credits, credit_reserved_debits, credit_reserved_credits
        """;

    public static object Id(Engine engine, Guid id) => engine is Engine.Sqlite ? id.ToByteArray(bigEndian: true) : id;

    public static object Instant(Engine engine, DateTimeOffset instant) =>
        engine is Engine.Sqlite ? Micros(instant) : instant.UtcDateTime;

    public static long Micros(DateTimeOffset instant) =>
        (instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    public static string Kind(TransferKind kind) => kind switch
    {
        TransferKind.Post => "post",
        TransferKind.Reserve => "reserve",
        TransferKind.Capture => "capture",
        TransferKind.Release => "release",
        TransferKind.Reverse => "reverse",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static LedgerTransfer ReadTransfer(DbDataReader row, Engine engine) => new(
        row.GetInt64(0),
        ReadId(row, 1, engine),
        ReadKind(row.GetString(2)),
        ReadId(row, 3, engine),
        ReadId(row, 4, engine),
        row.GetInt64(5),
        row.GetString(6),
        row.GetString(7),
        row.IsDBNull(8) ? null : row.GetString(8),
        row.IsDBNull(9) ? null : row.GetString(9),
        row.IsDBNull(10) ? null : ReadId(row, 10, engine),
        row.IsDBNull(11) ? null : ReadInstant(row, 11, engine),
        ReadInstant(row, 12, engine));

    public static Guid ReadId(DbDataReader row, int column, Engine engine) => engine is Engine.Sqlite
        ? new Guid(row.GetFieldValue<byte[]>(column), bigEndian: true)
        : row.GetGuid(column);

    public static DateTimeOffset ReadInstant(DbDataReader row, int column, Engine engine) => engine is Engine.Sqlite
        ? DateTimeOffset.UnixEpoch.AddTicks(row.GetInt64(column) * TimeSpan.TicksPerMicrosecond)
        : new DateTimeOffset(row.GetDateTime(column), TimeSpan.Zero);

    public static Sums ReadSums(DbDataReader row, int column) =>
        new(row.GetInt64(column), row.GetInt64(column + 1), row.GetInt64(column + 2), row.GetInt64(column + 3));

    private static TransferKind ReadKind(string kind) => kind switch
    {
        "post" => TransferKind.Post,
        "reserve" => TransferKind.Reserve,
        "capture" => TransferKind.Capture,
        "release" => TransferKind.Release,
        "reverse" => TransferKind.Reverse,
        _ => throw new InvalidOperationException($"No such kind of transfer: {kind}."),
    };
}
