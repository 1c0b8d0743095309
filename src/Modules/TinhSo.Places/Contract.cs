namespace TinhSo.Places;

/// <summary>The units of administration, with the dates between which each code was alive.</summary>
public interface IPlaces
{
    /// <summary>
    /// The communes, wards and special zones of the province that were alive on <paramref name="day"/>.
    /// </summary>
    IReadOnlyList<Place> Communes(DateOnly day);

    /// <summary>A unit by its code, alive or not, or null.</summary>
    Place? Find(string code);

    /// <summary>The unit's name in the language of the request, or the code itself when it is not known.</summary>
    string NameOf(string? code);

    /// <summary>The shapes of today's communes for a map, each an SVG path in one frame.</summary>
    PlaceMap Map { get; }
}

/// <summary>A unit of administration.</summary>
/// <param name="Code">The General Statistics Office's code, such as <c>06673</c>.</param>
/// <param name="Name">Its full name, such as Phường Bãi Cháy.</param>
/// <param name="Kind">What it is.</param>
/// <param name="ValidFrom">The first day of the code.</param>
/// <param name="ValidTo">The last day of the code, or null while it lives.</param>
public sealed record Place(string Code, Kernel.Text Name, PlaceKind Kind, DateOnly ValidFrom, DateOnly? ValidTo);

/// <summary>The kinds of unit below a province since 1 July 2025, when districts ended.</summary>
public enum PlaceKind
{
    /// <summary>Phường.</summary>
    Ward,

    /// <summary>Xã.</summary>
    Commune,

    /// <summary>Đặc khu.</summary>
    SpecialZone,
}

/// <summary>A drawn map.</summary>
/// <param name="ViewBox">The SVG view box of all shapes.</param>
/// <param name="Shapes">One a commune.</param>
public sealed record PlaceMap(string ViewBox, IReadOnlyList<PlaceShape> Shapes);

/// <summary>One commune on the map.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Path">The <c>d</c> of an SVG path.</param>
public sealed record PlaceShape(string Code, string Path);

/// <summary>Loads the units from the published files.</summary>
public interface ILoadPlaces
{
    /// <summary>
    /// Brings the kept units to what the files say, all of it or nothing; the same files again change nothing.
    /// </summary>
    /// <param name="folder">Holds the files, such as <c>reference/admin-units</c>.</param>
    /// <param name="stop">Ends the wait.</param>
    Task<PlacesLoaded> Load(string folder, CancellationToken stop);
}

/// <summary>What came of loading units.</summary>
/// <param name="Added">Codes that were not known before.</param>
/// <param name="Changed">Codes of which the files now say something else.</param>
/// <param name="Unchanged">How many were as the files say.</param>
/// <param name="Missing">Codes that the files do not hold; they are kept, since records of the past name them.</param>
/// <param name="Errors">What is wrong with the files, by file and line; nothing was loaded when there is any.</param>
public sealed record PlacesLoaded(
    IReadOnlyList<string> Added, IReadOnlyList<string> Changed, int Unchanged, IReadOnlyList<string> Missing,
    IReadOnlyList<string> Errors);
