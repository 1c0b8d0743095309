using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Kernel.Tests.Storage;

public class SchemaTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task What_the_scripts_make_is_what_the_models_of_all_modules_map(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var started = app.CreateClient();
        await using var scope = app.Services.CreateAsyncScope();
        var mapped = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var modules = app.Services.GetServices<ModuleSchema>().Where(m => m.DbContext is not null).ToList();
        foreach (var module in modules)
        {
            var db = (DbContext)scope.ServiceProvider.GetRequiredService(module.DbContext!);
            foreach (var entity in db.Model.GetEntityTypes())
            {
                mapped[entity.GetTableName()!] = string.Join(", ", entity.GetProperties()
                    .Select(p => p.GetColumnName() + (p.IsNullable ? "?" : ""))
                    .Order(StringComparer.Ordinal));
            }
        }

        var made = await Made(app.Database);

        Assert.True(modules.Count >= 5, "The sweep sees the modules.");
        Assert.All(mapped, table => Assert.Equal($"{table.Key}: {table.Value}", $"{table.Key}: {made.GetValueOrDefault(table.Key)}"));
        // Some tables of the kernel are only ever spoken to in SQL; the ledger keeps a store of its own.
        Assert.Equal(["kernel_audit", "kernel_audit_head", "kernel_idempotency", "kernel_schema_script"],
            made.Keys.Except(mapped.Keys).Order());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Four_processes_that_start_at_once_run_each_script_once(Engine engine)
    {
        var (connectionString, clock) = (TestDatabase.New(engine).ConnectionString, new ManualClock());
        var hosts = Enumerable.Range(0, 4).Select(_ => new HearingHost(engine, connectionString, clock)).ToList();

        var ran = await Task.WhenAll(hosts.Select(host => Task.Run(() => host.Upgrade(clock, Stop), Stop)));

        Assert.Equal(
            ["TinhSo.Kernel.Tests/001_heard", "TinhSo.Kernel.Tests/002_sealed", "TinhSo.Kernel/001_facts",
                "TinhSo.Kernel/002_audit", "TinhSo.Kernel/003_audit_is_kept", "TinhSo.Kernel/004_audit_by_subject"],
            ran.SelectMany(r => r).Order());
        Assert.Empty(await hosts[0].Upgrade(clock, Stop));
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_script_that_changed_after_it_ran_stops_the_start(Engine engine)
    {
        var (database, clock) = (TestDatabase.New(engine), new ManualClock());
        await using var host = new HearingHost(engine, database.ConnectionString, clock);
        await host.Upgrade(clock, Stop);
        await using (var connection = database.Connect())
        {
            await connection.OpenAsync(Stop);
            await using var change = Sql.Command(connection, null,
                "update kernel_schema_script set checksum = 'of another text' where name = 'TinhSo.Kernel/001_facts'");
            await change.ExecuteNonQueryAsync(Stop);
        }

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => host.Upgrade(clock, Stop));

        Assert.Contains("TinhSo.Kernel/001_facts", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<SortedDictionary<string, string>> Made(Database database)
    {
        await using var connection = database.Connect();
        await connection.OpenAsync(Stop);
        await using var command = Sql.Command(connection, null, database.Engine is Engine.Sqlite
            ? "select t.name, c.name, c.\"notnull\" = 0 from sqlite_schema t, pragma_table_info(t.name) c "
                + "where t.type = 'table' and t.name not like 'sqlite_%'"
            : "select table_name, column_name, is_nullable = 'YES' from information_schema.columns "
                + "where table_schema = 'public'");
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var columns = new List<(string Table, string Column)>();
        while (await reader.ReadAsync(Stop))
        {
            columns.Add((reader.GetString(0), reader.GetString(1) + (IsTrue(reader, 2) ? "?" : "")));
        }
        return new(columns.GroupBy(c => c.Table, c => c.Column).ToDictionary(
            table => table.Key, table => string.Join(", ", table.Order(StringComparer.Ordinal))), StringComparer.Ordinal);
    }

    private static bool IsTrue(DbDataReader reader, int at) =>
        reader.GetValue(at) is true or 1L;
}
