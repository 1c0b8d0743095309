using System.Runtime.InteropServices;

namespace TinhSo.Benchmarks;

/// <summary>What of the system .NET does not offer.</summary>
internal static partial class Libc
{
    public const short ToRead = 1;
    public const short ToWrite = 4;

    /// <summary>A socket, what is waited for, and what came of it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Awaited
    {
        public int Socket;
        public short For;
        public short Came;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Poll([In, Out] Awaited[] awaited, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "fdatasync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SyncData(SafeHandle file);
}
