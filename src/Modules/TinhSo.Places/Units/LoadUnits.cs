using Microsoft.EntityFrameworkCore;
using TinhSo.Places.Storage;

namespace TinhSo.Places.Units;

/// <summary>Brings the kept units and outlines to what the files say, all of it or nothing.</summary>
internal sealed class LoadUnits(PlacesDb db, KnownPlaces known) : ILoadPlaces
{
    public async Task<PlacesLoaded> Load(string folder, CancellationToken stop)
    {
        var files = new UnitFiles(folder);
        await files.Read(stop);
        if (files.Errors.Count > 0)
        {
            return new PlacesLoaded([], [], 0, [], files.Errors);
        }
        var loaded = await db.InTransaction(() => Save(files, stop), stop);
        known.Forget();
        return loaded;
    }

    private async Task<PlacesLoaded> Save(UnitFiles files, CancellationToken stop)
    {
        var units = await db.Units.ToDictionaryAsync(u => u.Code, stop);
        var (added, changed, unchanged) = (new List<string>(), new List<string>(), 0);
        foreach (var unit in files.Units)
        {
            if (!units.Remove(unit.Code, out var kept))
            {
                db.Add(unit);
                added.Add(unit.Code);
            }
            else if (kept.Become(unit))
            {
                changed.Add(unit.Code);
            }
            else
            {
                unchanged++;
            }
        }
        var shapes = await db.Shapes.ToDictionaryAsync(s => s.Code, stop);
        foreach (var shape in files.Shapes)
        {
            if (shapes.TryGetValue(shape.Code, out var kept))
            {
                kept.Geometry = shape.Geometry;
            }
            else
            {
                db.Add(shape);
            }
        }
        await db.SaveChangesAsync(stop);
        // What the files no longer hold stays: records of the past still name it.
        return new PlacesLoaded(added, changed, unchanged, [.. units.Keys.Order(StringComparer.Ordinal)], []);
    }
}
