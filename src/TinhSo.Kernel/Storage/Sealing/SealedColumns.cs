using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace TinhSo.Kernel.Storage;

/// <summary>A sealed column, and the property beside it by which its values are found.</summary>
internal sealed record SealedColumn(PropertyInfo Property, PropertyInfo? Index)
{
    private static readonly ConcurrentDictionary<Type, SealedColumn[]> Known = new();

    /// <summary>The sealed columns of an entity.</summary>
    public static SealedColumn[] Of(Type entity) => Known.GetOrAdd(entity, static type =>
    {
        var properties = type.GetProperties(BindingFlags.Instance | BindingFlags.Public);
        return [.. properties.Where(IsSealed).Select(property => new SealedColumn(property,
            Array.Find(properties, one => one.GetCustomAttribute<SealedIndexAttribute>()?.Of == property.Name)))];
    });

    /// <summary>Whether a property holds what must not be written anywhere in clear, or a hash of that.</summary>
    public static bool IsHidden(PropertyInfo property) =>
        IsSealed(property) || property.IsDefined(typeof(SealedIndexAttribute));

    /// <summary>Has the model seal and open what its entities mark.</summary>
    public static void Apply(IMutableEntityType entity, ColumnKeys? keys)
    {
        foreach (var column in Of(entity.ClrType))
        {
            var property = entity.FindProperty(column.Property)!;
            property.SetValueConverter(new Converter(
                keys ?? throw new InvalidOperationException("Keys:columns is missing."),
                entity.GetTableName()!, property.GetColumnName()));
        }
    }

    /// <summary>Writes the hashes of the sealed values that are about to be saved.</summary>
    public static void WriteIndexes(IEnumerable<EntityEntry> entries, ColumnKeys keys)
    {
        foreach (var entry in entries.Where(one => one.State is EntityState.Added or EntityState.Modified))
        {
            foreach (var column in Of(entry.Metadata.ClrType).Where(one => one.Index is not null))
            {
                var value = entry.Property(column.Property.Name);
                if (entry.State is EntityState.Added || value.IsModified)
                {
                    entry.Property(column.Index!.Name).CurrentValue = value.CurrentValue is string text
                        ? keys.Indexes(entry.Metadata.GetTableName()!, value.Metadata.GetColumnName(), text)[0] : null;
                }
            }
        }
    }

    private static bool IsSealed(PropertyInfo property) => property.IsDefined(typeof(SealedAttribute));

    private sealed class Converter(ColumnKeys keys, string table, string column) : ValueConverter<string, string>(
        text => keys.Seal(table, column, text), stored => keys.Open(table, column, stored));
}

/// <summary>Keeps a model a set of keys, for a model holds the keys it seals with.</summary>
internal sealed class ModelCacheByKeys : IModelCacheKeyFactory
{
    public object Create(DbContext context, bool designTime) =>
        (context.GetType(), (context as ModuleDb)?.KeysPrint, designTime);
}
