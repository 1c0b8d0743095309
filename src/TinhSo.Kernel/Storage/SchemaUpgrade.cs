using System.Data.Common;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace TinhSo.Kernel.Storage;

/// <summary>Runs each module's schema scripts that this database has not seen, in order, each exactly once.</summary>
/// <remarks>
/// <para>
/// A script is an embedded file, <c>Storage/Schema/001_name.sql</c>, or one file an engine where they differ:
/// <c>001_name.sqlite.sql</c> and <c>001_name.postgres.sql</c>.
/// </para>
/// <para>
/// Everything runs in one transaction that holds the lock, so a process killed half-way leaves neither a lock
/// nor a half-made schema behind. A released script never changes: its checksum is kept and compared.
/// </para>
/// </remarks>
public static partial class SchemaUpgrade
{
    private static readonly Dictionary<string, (string Sqlite, string Postgres)> Types = new()
    {
        ["{id}"] = ("text", "uuid"),
        ["{instant}"] = ("text", "timestamptz"),
        ["{flag}"] = ("integer", "boolean"),
        ["{date}"] = ("text", "date"),
        ["{number}"] = ("real", "double precision"),
        ["{json}"] = ("text", "jsonb"),
    };

    /// <summary>Brings the schema of <paramref name="database"/> up to date, and returns the scripts it ran.</summary>
    public static async Task<IReadOnlyList<string>> Run(
        Database database, IEnumerable<ModuleSchema> modules, TimeProvider clock, CancellationToken stop)
    {
        await using var connection = database.Connect();
        await connection.OpenAsync(stop);
        if (database.Engine is Engine.Sqlite)
        {
            // Readers then do not wait for the writer. Kept in the file, and not allowed within a transaction.
            await Execute(connection, transaction: null, "pragma journal_mode = wal", stop);
        }
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await Execute(connection, transaction, LockSql(database.Engine), stop);

        var ran = new List<string>();
        foreach (var script in modules.SelectMany(module => Load(module.Assembly, database.Engine)))
        {
            var applied = await Scalar(connection, transaction,
                "select checksum from kernel_schema_script where name = @name", stop, ("name", script.Name));
            if (applied is string checksum)
            {
                if (checksum != script.Checksum)
                {
                    throw new InvalidOperationException(
                        $"{script.Name} has changed since it ran here. Add a new script instead.");
                }
                continue;
            }
            await Execute(connection, transaction, script.Sql, stop);
            await Execute(connection, transaction,
                "insert into kernel_schema_script (name, checksum, ran_at) values (@name, @checksum, @at)", stop,
                ("name", script.Name), ("checksum", script.Checksum), ("at", clock.GetUtcNow().UtcDateTime));
            ran.Add(script.Name);
        }
        await transaction.CommitAsync(stop);
        return ran;
    }

    private static string LockSql(Engine engine)
    {
        // SQLite's BeginTransaction is BEGIN IMMEDIATE, which is already the lock.
        var take = engine is Engine.Postgres ? "select pg_advisory_xact_lock(4711);" : "";
        var instant = engine is Engine.Postgres ? "timestamptz" : "text";
        return $"""
            {take}
            create table if not exists kernel_schema_script (
                name text primary key, checksum text not null, ran_at {instant} not null);
            """;
    }

    internal static IEnumerable<SchemaScript> Load(Assembly module, Engine engine)
    {
        var other = engine is Engine.Sqlite ? ".postgres.sql" : ".sqlite.sql";
        foreach (var resource in module.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            var match = ScriptName().Match(resource);
            if (resource.EndsWith(other, StringComparison.Ordinal)
                || !resource.Contains(".Schema.", StringComparison.Ordinal))
            {
                continue;
            }
            if (!match.Success)
            {
                throw new InvalidOperationException($"{resource} is not named as a schema script is: 001_name.sql.");
            }
            using var reader = new StreamReader(module.GetManifestResourceStream(resource)!);
            var sql = Types.Aggregate(reader.ReadToEnd(), (text, type) => text.Replace(
                type.Key, engine is Engine.Sqlite ? type.Value.Sqlite : type.Value.Postgres, StringComparison.Ordinal));
            yield return new SchemaScript(
                $"{module.GetName().Name}/{match.Groups[1].Value}",
                sql,
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
        }
    }

    private static async Task Execute(DbConnection connection, DbTransaction? transaction, string sql,
        CancellationToken stop, params (string Name, object Value)[] values)
    {
        await using var command = Sql.Command(connection, transaction, sql, values);
        await command.ExecuteNonQueryAsync(stop);
    }

    private static async Task<object?> Scalar(DbConnection connection, DbTransaction transaction, string sql,
        CancellationToken stop, params (string Name, object Value)[] values)
    {
        await using var command = Sql.Command(connection, transaction, sql, values);
        return await command.ExecuteScalarAsync(stop);
    }

    [GeneratedRegex(@"\.Schema\.(\d{3}_[a-z_]+?)(?:\.sqlite|\.postgres)?\.sql$")]
    private static partial Regex ScriptName();
}

/// <summary>One script as it will run on one engine.</summary>
internal sealed record SchemaScript(string Name, string Sql, string Checksum);
