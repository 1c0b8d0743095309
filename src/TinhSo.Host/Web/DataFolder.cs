using Microsoft.Data.Sqlite;
using TinhSo.Kernel.Storage;

namespace TinhSo.Host.Web;

/// <summary>Where this node keeps what is not in the database: keys, and the database file itself on SQLite.</summary>
internal sealed record DataFolder(string Path)
{
    public static DataFolder Of(Database database)
    {
        var file = database.Engine is Engine.Sqlite
            ? new SqliteConnectionStringBuilder(database.ConnectionString).DataSource
            : "var/tinhso.db";
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file))!;
        return new(Directory.CreateDirectory(folder).FullName);
    }

    public DirectoryInfo Sub(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name));
}
