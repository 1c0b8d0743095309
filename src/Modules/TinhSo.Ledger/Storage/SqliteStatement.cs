using System.Text;
using SQLitePCL;

namespace TinhSo.Ledger.Storage;

/// <summary>A prepared statement on a connection that one task uses, without the provider's layers around it.</summary>
/// <remarks>The provider makes objects for each value of each row, which cost more than the row does.</remarks>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 connection;
    private readonly sqlite3_stmt statement;
    private readonly Dictionary<string, byte[]> words = [];
    private int bound;

    public SqliteStatement(sqlite3 connection, string sql)
    {
        this.connection = connection;
        Check(raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
    }

    public SqliteStatement Add(long value)
    {
        Check(raw.sqlite3_bind_int64(statement, ++bound, value));
        return this;
    }

    public SqliteStatement Add(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return Add(bytes);
    }

    public SqliteStatement Add(ReadOnlySpan<byte> bytes)
    {
        Check(raw.sqlite3_bind_blob(statement, ++bound, bytes));
        return this;
    }

    public SqliteStatement Add(string text)
    {
        Span<byte> bytes = stackalloc byte[512];
        var length = Encoding.UTF8.GetBytes(text, bytes);
        Check(raw.sqlite3_bind_text(statement, ++bound, bytes[..length]));
        return this;
    }

    /// <summary>Adds one of few texts, whose bytes are kept.</summary>
    public SqliteStatement AddWord(string word)
    {
        if (!words.TryGetValue(word, out var bytes))
        {
            bytes = Encoding.UTF8.GetBytes(word);
            if (words.Count < 1_000)
            {
                words.Add(word, bytes);
            }
        }
        Check(raw.sqlite3_bind_text(statement, ++bound, bytes));
        return this;
    }

    public SqliteStatement AddNull()
    {
        Check(raw.sqlite3_bind_null(statement, ++bound));
        return this;
    }

    /// <summary>Runs it with the values added, and returns how many rows it changed.</summary>
    public int Run()
    {
        bound = 0;
        var result = raw.sqlite3_step(statement);
        var reset = raw.sqlite3_reset(statement);
        if (result is not (raw.SQLITE_DONE or raw.SQLITE_ROW))
        {
            Check(reset is raw.SQLITE_OK ? result : reset);
        }
        return raw.sqlite3_changes(connection);
    }

    public void Dispose() => statement.Dispose();

    private void Check(int result) =>
        Microsoft.Data.Sqlite.SqliteException.ThrowExceptionForRC(result, connection);
}
