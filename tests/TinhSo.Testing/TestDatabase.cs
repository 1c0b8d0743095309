using Microsoft.Data.Sqlite;
using Npgsql;
using TinhSo.Kernel.Storage;

namespace TinhSo.Testing;

/// <summary>Makes a fresh, empty database for one test, on either engine.</summary>
public static class TestDatabase
{
    /// <summary>Both engines, for <c>[Theory, MemberData]</c>: a storage test runs on each, always.</summary>
    public static TheoryData<Engine> Engines => [Engine.Sqlite, Engine.Postgres];

    /// <summary>A new database. A missing PostgreSQL server fails the test; it is never skipped.</summary>
    public static Database New(Engine engine)
    {
        return engine is Engine.Sqlite ? InFolder(NewFolder()) : OnServer(name => $"create database {name}");
    }

    /// <summary>A new database with all that another holds, which nothing uses any longer.</summary>
    public static Database CopyOf(Database database)
    {
        if (database.Engine is Engine.Postgres)
        {
            return OnServer(name => $"create database {name} template {NameOf(database)}");
        }
        var folder = NewFolder();
        foreach (var file in FolderOf(database).GetFiles("*", SearchOption.AllDirectories))
        {
            if (file.Extension == ".lock")
            {
                // Says who has it open, and may not be opened meanwhile.
                continue;
            }
            var copy = Path.Combine(folder.FullName, Path.GetRelativePath(FolderOf(database).FullName, file.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            file.CopyTo(copy);
        }
        return InFolder(folder);
    }

    /// <summary>Ends the connections to a database that are kept open for later use.</summary>
    public static void LetGo(Database database)
    {
        if (database.Engine is Engine.Sqlite)
        {
            SqliteConnection.ClearAllPools();
            return;
        }
        NpgsqlConnection.ClearAllPools();
        Execute($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{NameOf(database)}'");
    }

    /// <summary>All rows of the tables whose names begin so, as text, to see whether anything has changed.</summary>
    public static async Task<IReadOnlyList<string>> Rows(Database database, params string[] prefixes)
    {
        var tables = await Query(database, database.Engine is Engine.Sqlite
            ? "select name from sqlite_master where type = 'table' order by 1"
            : "select tablename from pg_tables where schemaname = 'public' order by 1");
        var rows = new List<string>();
        foreach (var table in tables.Select(row => $"{row[0]}")
            .Where(table => prefixes.Any(p => table.StartsWith(p, StringComparison.Ordinal))))
        {
            rows.AddRange((await Query(database, $"select * from {table}"))
                .Select(row => $"{table}: {string.Join(" | ", row)}").Order(StringComparer.Ordinal));
        }
        return rows;
    }

    /// <summary>What a question of the test's own is answered with.</summary>
    public static async Task<IReadOnlyList<object[]>> Query(Database database, string sql)
    {
        await using var connection = database.Connect();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is the test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        await using var row = await command.ExecuteReaderAsync();
        var rows = new List<object[]>();
        while (await row.ReadAsync())
        {
            var values = new object[row.FieldCount];
            row.GetValues(values);
            rows.Add(values);
        }
        return rows;
    }

    private static DirectoryInfo NewFolder() => Directory.CreateDirectory(
        Path.Combine(Path.GetTempPath(), "tinhso-tests", Guid.CreateVersion7().ToString("N")));

    private static Database InFolder(DirectoryInfo folder) =>
        new(Engine.Sqlite, $"Data Source={Path.Combine(folder.FullName, "tinhso.db")}");

    private static DirectoryInfo FolderOf(Database database) =>
        new FileInfo(new SqliteConnectionStringBuilder(database.ConnectionString).DataSource).Directory!;

    private static string NameOf(Database database) =>
        new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!;

    private static Database OnServer(Func<string, string> create)
    {
        var name = $"t{Guid.CreateVersion7():N}";
        var server = Execute(create(name));
        return new Database(Engine.Postgres,
            new NpgsqlConnectionStringBuilder(server)
            {
                Database = name,
                MaxPoolSize = 20,
                // What a test leaves open is not held against the next hundred.
                ConnectionIdleLifetime = 5,
                ConnectionPruningInterval = 1,
            }.ConnectionString);
    }

    private static string Execute(string sql)
    {
        var server = Environment.GetEnvironmentVariable("TINHSO_TEST_POSTGRES")
            ?? throw new InvalidOperationException(
                "Set TINHSO_TEST_POSTGRES to what ./dev postgres prints: these tests need a PostgreSQL server.");
        using var admin = new NpgsqlConnection(server);
        admin.Open();
        using var command = admin.CreateCommand();
#pragma warning disable CA2100 // The names in it are made here.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        return server;
    }
}
