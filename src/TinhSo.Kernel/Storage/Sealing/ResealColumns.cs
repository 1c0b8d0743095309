using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace TinhSo.Kernel.Storage;

/// <summary>How far sealing anew has come.</summary>
/// <param name="Table">The table that is gone through.</param>
/// <param name="Done">How many values of all tables were sealed anew.</param>
/// <param name="Total">How many there were to seal anew at the beginning.</param>
public sealed record ResealProgress(string Table, long Done, long Total);

/// <summary>Seals with the present key what is sealed with an older one, in every module.</summary>
/// <remarks>
/// Each chunk is a transaction, and what is left to do is seen from the values themselves: broken off at any moment,
/// it goes on where it was. A value that somebody changes meanwhile is left as that one wrote it.
/// </remarks>
public sealed class ResealColumns(
    Database database, ColumnKeys keys, IServiceScopeFactory scopes, IEnumerable<ModuleSchema> modules)
{
    private const int ChunkSize = 200;

    private sealed record Sealed(string Table, string Key, string Column, string? Index);

    /// <summary>Seals everything with the present key; returns how many values it sealed.</summary>
    public Task<long> Run(IProgress<ResealProgress>? progress, CancellationToken stop) => Run(
        one => $"substr({one.Column}, 1, {keys.CurrentId.Length + 1}) <> '{keys.CurrentId}.'" + (one.Index is null ? ""
            : $" or {one.Index} is null or substr({one.Index}, 1, {keys.CurrentId.Length + 1}) <> '{keys.CurrentId}.'"),
        progress, stop);

    /// <summary>Seals what an upgrade of the schema has left in clear; returns how many values that were.</summary>
    public Task<long> SealPlain(CancellationToken stop) =>
        Run(one => $"substr({one.Column}, 1, {ColumnKeys.Plain.Length + 1}) = '{ColumnKeys.Plain}.'", null, stop);

    /// <summary>How many values are not sealed with the present key.</summary>
    public async Task<long> CountOld(CancellationToken stop)
    {
        var old = 0L;
        await using var connection = database.Connect();
        await connection.OpenAsync(stop);
        foreach (var one in Columns())
        {
            old += await Count(connection, one,
                $"substr({one.Column}, 1, {keys.CurrentId.Length + 1}) <> '{keys.CurrentId}.'", stop);
        }
        return old;
    }

    private async Task<long> Run(
        Func<Sealed, string> isWanted, IProgress<ResealProgress>? progress, CancellationToken stop)
    {
        await using var connection = database.Connect();
        await connection.OpenAsync(stop);
        var (done, total) = (0L, 0L);
        var columns = Columns();
        foreach (var one in columns)
        {
            total += await Count(connection, one, isWanted(one), stop);
        }
        foreach (var one in total == 0 ? [] : columns)
        {
            object? last = null;
            do
            {
                (last, var count) = await Chunk(connection, one, isWanted(one), last, stop);
                done += count;
                progress?.Report(new(one.Table, done, total));
            }
            while (last is not null);
        }
        return done;
    }

    private async Task<(object? Last, long Count)> Chunk(
        DbConnection connection, Sealed one, string isWanted, object? after, CancellationToken stop)
    {
        using var turn = await database.EnterWrite(stop);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        var rows = new List<(object Key, string Stored)>();
        await using (var ask = Sql.Command(connection, transaction, $"""
            select {one.Key}, {one.Column} from {one.Table}
            where {one.Column} is not null and ({isWanted}) {(after is null ? "" : $"and {one.Key} > @after")}
            order by {one.Key} limit {ChunkSize}
            """, after is null ? [] : [("after", after)]))
        await using (var row = await ask.ExecuteReaderAsync(stop))
        {
            while (await row.ReadAsync(stop))
            {
                rows.Add((row.GetValue(0), row.GetString(1)));
            }
        }
        foreach (var (key, stored) in rows)
        {
            var text = stored.StartsWith($"{ColumnKeys.Plain}.", StringComparison.Ordinal)
                ? stored[(ColumnKeys.Plain.Length + 1)..] : keys.Open(one.Table, one.Column, stored);
            await using var write = Sql.Command(connection, transaction, $"""
                update {one.Table} set {one.Column} = @sealed {(one.Index is null ? "" : $", {one.Index} = @index")}
                where {one.Key} = @key and {one.Column} = @stored
                """, [("sealed", keys.Seal(one.Table, one.Column, text)), ("key", key), ("stored", stored),
                    .. one.Index is null ? Array.Empty<(string, object)>()
                        : [("index", keys.Indexes(one.Table, one.Column, text)[0])]]);
            await write.ExecuteNonQueryAsync(stop);
        }
        await transaction.CommitAsync(stop);
        return (rows.Count < ChunkSize ? null : rows[^1].Key, rows.Count);
    }

    private static async Task<long> Count(DbConnection connection, Sealed one, string isWanted, CancellationToken stop)
    {
        await using var ask = Sql.Command(connection, null,
            $"select count(*) from {one.Table} where {one.Column} is not null and ({isWanted})");
        return Convert.ToInt64(await ask.ExecuteScalarAsync(stop), System.Globalization.CultureInfo.InvariantCulture);
    }

    // Names come from the models, and the key's id was checked when it was read: none of it is anybody's input.
    private List<Sealed> Columns()
    {
        using var scope = scopes.CreateScope();
        return [.. from module in modules
            where module.DbContext is not null
            let db = (DbContext)scope.ServiceProvider.GetRequiredService(module.DbContext!)
            from entity in db.Model.GetEntityTypes()
            from column in SealedColumn.Of(entity.ClrType)
            select new Sealed(entity.GetTableName()!, Column(entity, entity.FindPrimaryKey()!.Properties.Single()),
                Column(entity, entity.FindProperty(column.Property)!),
                column.Index is null ? null : Column(entity, entity.FindProperty(column.Index)!))];
    }

    private static string Column(IEntityType entity, IProperty property) =>
        property.GetColumnName(StoreObjectIdentifier.Table(entity.GetTableName()!))!;
}
