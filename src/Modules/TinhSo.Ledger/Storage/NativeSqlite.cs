using System.Runtime.InteropServices;

namespace TinhSo.Ledger.Storage;

/// <summary>The few functions of SQLite that run for each value of each row.</summary>
/// <remarks>
/// The provider's own forms guard the statement at each call, which cost a seventh of all that a transfer did. Here its
/// owner sees to it that it is open. See https://sqlite.org/c3ref/bind_blob.html.
/// </remarks>
internal static partial class NativeSqlite
{
    /// <summary>The bytes stay where they are until the value is bound anew.</summary>
    public const nint Stays = 0;

    private const string Library = "e_sqlite3";

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int BindLong(nint statement, int at, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null")]
    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int BindNull(nint statement, int at);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob")]
    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int BindBlob(nint statement, int at, nint bytes, int length, nint keeping);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int BindText(nint statement, int at, nint bytes, int length, nint keeping);
}
