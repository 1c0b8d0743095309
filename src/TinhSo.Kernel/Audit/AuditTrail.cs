using System.Data.Common;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using TinhSo.Kernel.Storage;

namespace TinhSo.Kernel.Audit;

/// <summary>Gathers what a transaction does that must be recorded, and records it as the last thing in it.</summary>
/// <remarks>
/// Entries are chained, so the row that says how far the chain goes is held until the transaction ends. Taken last, it
/// makes nobody wait for anything but a commit.
/// </remarks>
internal sealed class AuditTrail(Engine engine, TimeProvider clock, Func<(string Who, string? Origin)> actor)
{
    private const string Hidden = "…";

    // Read by people, and never written into a page without being encoded there.
    private static readonly JsonSerializerOptions Json =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<(string What, string Subject, string? Why, string? Before, string? After)> noted = [];

    public bool IsEmpty => noted.Count == 0;

    public void Note(string what, string subject, string? why, string? before = null, string? after = null) =>
        noted.Add((what, subject, why, before, after));

    /// <summary>Notes the changes to audited entities that are about to be saved.</summary>
    public void Note(ChangeTracker tracker, string? why)
    {
        foreach (var entry in tracker.Entries())
        {
            if (entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted
                && entry.Metadata.ClrType.IsDefined(typeof(AuditedAttribute), inherit: false))
            {
                Note(entry, why);
            }
        }
    }

    public void Forget() => noted.Clear();

    /// <summary>Records what was noted, within the open transaction.</summary>
    public async Task Write(DbConnection connection, DbTransaction transaction, CancellationToken stop)
    {
        var (who, origin) = actor();
        var at = clock.GetUtcNow();
        at = at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));
        var (number, hash) = await ReadHead(connection, transaction, stop);
        foreach (var (what, subject, why, before, after) in noted)
        {
            var entry = new AuditEntry(++number, at, who, origin, what, subject, why, before, after);
            hash = entry.HashAfter(hash);
            await using var insert = Sql.Command(connection, transaction, """
                insert into kernel_audit (number, at, who, origin, what, subject, why, before, after, hash)
                values (@number, @at, @who, @origin, @what, @subject, @why, @before, @after, @hash)
                """, ("number", number), ("at", at.UtcDateTime), ("who", who), ("origin", OrNull(origin)),
                ("what", what), ("subject", subject), ("why", OrNull(why)), ("before", OrNull(before)),
                ("after", OrNull(after)), ("hash", hash));
            await insert.ExecuteNonQueryAsync(stop);
        }
        await using var move = Sql.Command(connection, transaction,
            "update kernel_audit_head set number = @number, hash = @hash", ("number", number), ("hash", hash));
        await move.ExecuteNonQueryAsync(stop);
        noted.Clear();
    }

    private async Task<(long Number, string Hash)> ReadHead(
        DbConnection connection, DbTransaction transaction, CancellationToken stop)
    {
        // On SQLite whoever writes is alone already.
        await using var ask = Sql.Command(connection, transaction, engine is Engine.Postgres
            ? "select number, hash from kernel_audit_head for update" : "select number, hash from kernel_audit_head");
        await using var row = await ask.ExecuteReaderAsync(stop);
        await row.ReadAsync(stop);
        return (row.GetInt64(0), row.GetString(1));
    }

    private void Note(EntityEntry entry, string? why)
    {
        var changed = entry.Properties
            .Where(p => entry.State is not EntityState.Modified || p.IsModified).ToList();
        if (changed.Count == 0)
        {
            return;
        }
        var table = entry.Metadata.GetTableName();
        var key = string.Join(' ', entry.Properties.Where(p => p.Metadata.IsPrimaryKey()).Select(p => p.CurrentValue));
        Note($"{table}.{entry.State switch
        {
            EntityState.Added => "added",
            EntityState.Modified => "changed",
            _ => "removed",
        }}", $"{table} {key}", why,
            entry.State is EntityState.Added ? null : Written(changed, p => p.OriginalValue),
            entry.State is EntityState.Deleted ? null : Written(changed, p => p.CurrentValue));
    }

    private static string Written(IEnumerable<PropertyEntry> changed, Func<PropertyEntry, object?> value) =>
        JsonSerializer.Serialize(changed.ToDictionary(
            p => p.Metadata.GetColumnName(), p => Spoken(p.Metadata, Plain(value(p)))), Json);

    private static object? Plain(object? value) => value is Enum ? value.ToString() : value;

    private static object? Spoken(IProperty property, object? value) =>
        property.PropertyInfo is { } info && SealedColumn.IsHidden(info) ? Hidden
            : property.PropertyInfo?.GetCustomAttribute<UnspokenAttribute>() is not { } mark ? value
            : value is string text && mark.Shown > 0 ? Words.Mask(text, mark.Shown) : Hidden;

    private static object OrNull(string? value) => (object?)value ?? DBNull.Value;
}
