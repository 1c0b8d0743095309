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
        var name = $"t{Guid.CreateVersion7():N}";
        if (engine is Engine.Sqlite)
        {
            var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "tinhso-tests", name));
            return new Database(engine, $"Data Source={Path.Combine(folder.FullName, "tinhso.db")}");
        }
        var server = Environment.GetEnvironmentVariable("TINHSO_TEST_POSTGRES")
            ?? throw new InvalidOperationException(
                "Set TINHSO_TEST_POSTGRES to what ./dev postgres prints: these tests need a PostgreSQL server.");
        using var admin = new NpgsqlConnection(server);
        admin.Open();
        using var create = admin.CreateCommand();
        create.CommandText = $"create database {name}";
        create.ExecuteNonQuery();
        return new Database(engine,
            new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 20 }.ConnectionString);
    }
}
