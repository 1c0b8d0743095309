using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using TinhSo.Indicators.Storage;

namespace TinhSo.Indicators.Definitions;

/// <summary>
/// The selections of all definitions ever loaded: an earlier version goes on being counted beside a later.
/// </summary>
internal sealed class Selections
{
    private readonly ConcurrentDictionary<(string Code, int Version, string Computes), Definition> parsed = new();

    /// <summary>Every selection once.</summary>
    public async Task<IReadOnlyList<Selection>> Read(IndicatorsDb db, CancellationToken stop)
    {
        var names = await db.Definitions.AsNoTracking()
            .Select(d => new { d.Code, d.Version, d.Computes }).ToListAsync(stop);
        if (names.Any(n => !parsed.ContainsKey((n.Code, n.Version, n.Computes))))
        {
            foreach (var stored in await db.Definitions.AsNoTracking().ToListAsync(stop))
            {
                parsed[(stored.Code, stored.Version, stored.Computes)] = Parse(stored);
            }
        }
        return [.. names.SelectMany(n => parsed[(n.Code, n.Version, n.Computes)].Measures).Select(m => m.Selection)
            .DistinctBy(s => s.Key).OrderBy(s => s.Key, StringComparer.Ordinal)];
    }

    /// <summary>A stored definition, which was checked when it was loaded.</summary>
    public static Definition Parse(StoredDefinition stored)
    {
        var reader = new ReadDefinition(schemas: null);
        return reader.Read($"{stored.Code}.yaml", stored.Body) ?? throw new InvalidOperationException(
            $"The stored definition {stored.Code} version {stored.Version} cannot be read: {reader.Errors[0]}");
    }
}
