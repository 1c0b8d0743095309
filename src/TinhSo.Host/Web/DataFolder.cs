using Microsoft.Data.Sqlite;
using TinhSo.Kernel.Storage;

namespace TinhSo.Host.Web;

/// <summary>Where this node keeps what is not in the database: keys, and the database file itself on SQLite.</summary>
internal sealed record DataFolder(string Path)
{
    /// <summary>The folder that is configured, or that of the SQLite file, or <c>var</c>.</summary>
    public static DataFolder Of(Database database, string? configured)
    {
        var folder = configured ?? (database.Engine is Engine.Sqlite
            ? System.IO.Path.GetDirectoryName(
                System.IO.Path.GetFullPath(new SqliteConnectionStringBuilder(database.ConnectionString).DataSource))!
            : "var");
        return new(Directory.CreateDirectory(folder).FullName);
    }

    public DirectoryInfo Sub(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name));
}
