using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TinhSo.Design;

/// <summary>One unit on a map.</summary>
/// <param name="Code">The unit's official code.</param>
/// <param name="Path">The data of an SVG path.</param>
public sealed record MapShape(string Code, string Name, string Path);

/// <summary>The units of a map and the field in which they lie.</summary>
public sealed record MapShapes(double Width, double Height, IReadOnlyList<MapShape> Shapes);

/// <summary>Turns borders in GeoJSON (RFC 7946) into shapes to draw.</summary>
public static class GeoJson
{
    /// <summary>Projects each feature's borders, equirectangular, true to scale at the middle latitude.</summary>
    /// <param name="geoJson">A FeatureCollection whose features have a <c>code</c> and a <c>name</c>.</param>
    /// <param name="width">The width of the field; coordinates are rounded to a tenth of its unit.</param>
    public static MapShapes ToShapes(Stream geoJson, double width = 800)
    {
        using var document = JsonDocument.Parse(geoJson);
        var features = document.RootElement.GetProperty("features").EnumerateArray().Select(Read).ToList();
        var points = features.SelectMany(feature => feature.Rings).SelectMany(ring => ring).ToList();
        var (west, east) = (points.Min(point => point.East), points.Max(point => point.East));
        var (south, north) = (points.Min(point => point.North), points.Max(point => point.North));
        var narrowing = Math.Cos((south + north) / 2 * Math.PI / 180);
        var scale = width / ((east - west) * narrowing);
        var shapes = features.Select(feature => new MapShape(feature.Code, feature.Name, PathOf(feature.Rings)));
        return new(width, Math.Ceiling((north - south) * scale), [.. shapes]);

        string PathOf(IReadOnlyList<IReadOnlyList<Place>> rings)
        {
            var path = new StringBuilder();
            foreach (var ring in rings)
            {
                Append(path, ring.Select(place => (
                    X: (int)Math.Round((place.East - west) * narrowing * scale * 10),
                    Y: (int)Math.Round((north - place.North) * scale * 10))));
            }
            return path.ToString();
        }
    }

    // Steps from point to point are shorter than places, and rounding each place keeps them from drifting.
    private static void Append(StringBuilder path, IEnumerable<(int X, int Y)> ring)
    {
        (int X, int Y)? before = null;
        foreach (var point in ring)
        {
            if (before is not { } from)
            {
                path.Append('M').Append(Tenths(point.X)).Append(' ').Append(Tenths(point.Y)).Append('l');
            }
            else if (point != from)
            {
                path.Append(Tenths(point.X - from.X)).Append(' ').Append(Tenths(point.Y - from.Y)).Append(' ');
            }
            before = point;
        }
        path.Length -= path[^1] is ' ' or 'l' ? 1 : 0;
        path.Append('z');
    }

    private static string Tenths(int value) => (value / 10m).ToString("0.#", CultureInfo.InvariantCulture);

    private static Feature Read(JsonElement feature)
    {
        var properties = feature.GetProperty("properties");
        var geometry = feature.GetProperty("geometry");
        var coordinates = geometry.GetProperty("coordinates");
        var polygons = geometry.GetProperty("type").GetString() switch
        {
            "Polygon" => [coordinates],
            "MultiPolygon" => coordinates.EnumerateArray().ToArray(),
            var other => throw new FormatException($"A border cannot be a {other}."),
        };
        return new(
            properties.GetProperty("code").GetString()!,
            properties.GetProperty("name").GetString()!,
            [.. polygons.SelectMany(polygon => polygon.EnumerateArray()).Select(Ring)]);
    }

    private static List<Place> Ring(JsonElement ring) =>
        [.. ring.EnumerateArray().Select(place => new Place(place[0].GetDouble(), place[1].GetDouble()))];

    private readonly record struct Place(double East, double North);

    private sealed record Feature(string Code, string Name, IReadOnlyList<IReadOnlyList<Place>> Rings);
}
