using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel.Storage;

namespace TinhSo.Privacy.Registers;

/// <summary>Which columns of all modules are stored sealed, as their models say.</summary>
internal sealed class SealedNames(IServiceScopeFactory scopes, IEnumerable<ModuleSchema> modules)
{
    private readonly Lazy<HashSet<(string Table, string Column)>> names = new(() =>
    {
        using var scope = scopes.CreateScope();
        return [.. from module in modules
            where module.DbContext is not null
            let db = (DbContext)scope.ServiceProvider.GetRequiredService(module.DbContext!)
            from entity in db.Model.GetEntityTypes()
            from property in entity.GetProperties()
            where property.PropertyInfo?.IsDefined(typeof(SealedAttribute), inherit: false) is true
            select (entity.GetTableName()!, property.GetColumnName())];
    });

    /// <summary>Whether a column is.</summary>
    public bool Contains(string table, string column) => names.Value.Contains((table, column));
}
