using System.Globalization;
using System.Text;
using System.Text.Json;
using TinhSo.Places.Units;

namespace TinhSo.Places.Maps;

/// <summary>Draws outlines in degrees as SVG paths in one frame.</summary>
/// <remarks>
/// Degrees of longitude are shortened by the cosine of the middle latitude: over one province that differs from a
/// true projection by less than the width of a line.
/// </remarks>
internal static class Projection
{
    private const double Width = 1000;

    public static PlaceMap Draw(IReadOnlyList<Shape> shapes)
    {
        var outlines = shapes.ToDictionary(s => s.Code, s => Rings(s.Geometry));
        var points = outlines.Values.SelectMany(rings => rings).SelectMany(ring => ring).ToList();
        if (points.Count == 0)
        {
            return new PlaceMap("0 0 1 1", []);
        }
        var (west, east) = (points.Min(p => p.Longitude), points.Max(p => p.Longitude));
        var (south, north) = (points.Min(p => p.Latitude), points.Max(p => p.Latitude));
        var shortening = Math.Cos((south + north) / 2 * Math.PI / 180);
        var scale = Width / Math.Max((east - west) * shortening, 1e-9);
        var height = Math.Ceiling((north - south) * scale);
        return new PlaceMap(
            string.Create(CultureInfo.InvariantCulture, $"0 0 {Width} {height}"),
            [.. outlines.Select(o => new PlaceShape(o.Key, Path(o.Value)))]);

        string Path(List<List<Point>> rings)
        {
            var path = new StringBuilder();
            foreach (var ring in rings)
            {
                var letter = 'M';
                foreach (var point in ring)
                {
                    var x = (point.Longitude - west) * shortening * scale;
                    var y = (north - point.Latitude) * scale;
                    path.Append(CultureInfo.InvariantCulture, $"{letter}{x:0.#} {y:0.#}");
                    letter = 'L';
                }
                path.Append('Z');
            }
            return path.ToString();
        }
    }

    private static List<List<Point>> Rings(string geometry)
    {
        using var json = JsonDocument.Parse(geometry);
        var coordinates = json.RootElement.GetProperty("coordinates");
        var polygons = json.RootElement.GetProperty("type").GetString() switch
        {
            "MultiPolygon" => coordinates.EnumerateArray().SelectMany(p => p.EnumerateArray()),
            "Polygon" => coordinates.EnumerateArray(),
            var other => throw new InvalidOperationException($"An outline cannot be a {other}."),
        };
        return [.. polygons.Select(ring => ring.EnumerateArray()
            .Select(p => new Point(p[0].GetDouble(), p[1].GetDouble())).ToList())];
    }

    private readonly record struct Point(double Longitude, double Latitude);
}
