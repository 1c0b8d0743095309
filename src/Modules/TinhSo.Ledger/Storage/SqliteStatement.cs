using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace TinhSo.Ledger.Storage;

/// <summary>A prepared statement on a connection that one task uses, without the provider's layers around it.</summary>
/// <remarks>The provider makes objects for each value of each row, which cost more than the row does.</remarks>
internal sealed class SqliteStatement : IDisposable
{
    // Sixteen transfers with the longest of texts come to two thirds of it.
    private const int BytesMax = 64 * 1024;

    private readonly sqlite3 connection;
    private readonly sqlite3_stmt statement;
    private readonly nint handle;
    // SQLite reads these where they stand, so the collector must not move them.
    private readonly byte[] bytes = GC.AllocateUninitializedArray<byte>(BytesMax, pinned: true);
    private int kept;
    private int bound;

    public SqliteStatement(sqlite3 connection, string sql)
    {
        this.connection = connection;
        Check(raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
        handle = statement.DangerousGetHandle();
    }

    public SqliteStatement Add(long value)
    {
        Check(NativeSqlite.BindLong(handle, ++bound, value));
        return this;
    }

    public SqliteStatement Add(Guid id)
    {
        id.TryWriteBytes(bytes.AsSpan(kept), bigEndian: true, out var length);
        return AddBlob(length);
    }

    public SqliteStatement Add(ReadOnlySpan<byte> blob)
    {
        blob.CopyTo(bytes.AsSpan(kept));
        return AddBlob(blob.Length);
    }

    public SqliteStatement Add(string? text)
    {
        if (text is null)
        {
            return AddNull();
        }
        var length = Encoding.UTF8.GetBytes(text, bytes.AsSpan(kept));
        Check(NativeSqlite.BindText(handle, ++bound, Keep(length), length, NativeSqlite.Stays));
        return this;
    }

    public SqliteStatement AddNull()
    {
        Check(NativeSqlite.BindNull(handle, ++bound));
        return this;
    }

    /// <summary>Runs it with the values added, and returns how many rows it changed.</summary>
    public int Run()
    {
        Step();
        return raw.sqlite3_changes(connection);
    }

    /// <summary>Runs it with the values added, and tells whether it found a row.</summary>
    public bool Finds() => Step() is raw.SQLITE_ROW;

    public void Dispose() => statement.Dispose();

    private SqliteStatement AddBlob(int length)
    {
        Check(NativeSqlite.BindBlob(handle, ++bound, Keep(length), length, NativeSqlite.Stays));
        return this;
    }

    private nint Keep(int length)
    {
        var at = Marshal.UnsafeAddrOfPinnedArrayElement(bytes, kept);
        kept += length;
        return at;
    }

    private int Step()
    {
        (bound, kept) = (0, 0);
        var result = raw.sqlite3_step(statement);
        var reset = raw.sqlite3_reset(statement);
        if (result is not (raw.SQLITE_DONE or raw.SQLITE_ROW))
        {
            Check(reset is raw.SQLITE_OK ? result : reset);
        }
        return result;
    }

    private void Check(int result)
    {
        if (result is not raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(result, connection);
        }
    }
}
