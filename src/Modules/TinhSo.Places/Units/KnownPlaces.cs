using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using TinhSo.Design;
using TinhSo.Kernel;
using TinhSo.Kernel.Storage;

namespace TinhSo.Places.Units;

/// <summary>Answers about places from memory, read again when another process may have loaded newer ones.</summary>
/// <remarks>Reads synchronously: some sixty rows, every ten minutes, so that callers need not wait for a name.</remarks>
internal sealed class KnownPlaces(Database database, TimeProvider clock) : IPlaces
{
    private static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(10);
    private readonly Lock gate = new();
    private Snapshot? snapshot;

    public PlaceMap Map => Current().Map;

    public IReadOnlyList<Place> Communes(DateOnly day) => [.. Current().Ordered
        .Where(p => p.ValidFrom <= day && (p.ValidTo is null || day <= p.ValidTo))];

    public Place? Find(string code) => Current().ByCode.GetValueOrDefault(code);

    public string NameOf(string? code) => code is null ? "" : Find(code)?.Name.ToString() ?? code;

    /// <summary>Has the next question read the tables again.</summary>
    public void Forget()
    {
        lock (gate)
        {
            snapshot = null;
        }
    }

    private Snapshot Current()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (snapshot is null || now - snapshot.ReadAt > AgeMax)
            {
                snapshot = Read(now);
            }
            return snapshot;
        }
    }

    private Snapshot Read(DateTimeOffset now)
    {
        using var connection = database.Connect();
        connection.Open();
        var places = new List<Place>();
        using (var command = connection.CreateCommand())
        {
            command.CommandText =
                "select code, name_vi, name_en, kind, valid_from, valid_to from places_unit order by code";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                places.Add(new Place(reader.GetString(0), new Text(reader.GetString(1), reader.GetString(2)),
                    Enum.Parse<PlaceKind>(reader.GetString(3)), reader.GetFieldValue<DateOnly>(4),
                    reader.IsDBNull(5) ? null : reader.GetFieldValue<DateOnly>(5)));
            }
        }
        var today = VietnamTime.DayOf(now);
        var alive = places.Where(p => p.ValidFrom <= today && (p.ValidTo is null || today <= p.ValidTo))
            .Select(p => p.Code).ToHashSet(StringComparer.Ordinal);
        var shapes = ReadShapes(connection).Where(s => alive.Contains(s.Code)).ToList();
        return new Snapshot(places, places.ToDictionary(p => p.Code), Draw(shapes), now);
    }

    private static PlaceMap Draw(List<Shape> shapes)
    {
        if (shapes.Count == 0)
        {
            return new PlaceMap("0 0 1 1", []);
        }
        var features = shapes.Select(shape => string.Concat(
            "{\"type\":\"Feature\",\"properties\":{\"name\":\"\",\"code\":", JsonSerializer.Serialize(shape.Code),
            "},\"geometry\":", shape.Geometry, "}"));
        var collection = string.Concat("{\"type\":\"FeatureCollection\",\"features\":[", string.Join(',', features), "]}");
        var drawn = GeoJson.ToShapes(new MemoryStream(Encoding.UTF8.GetBytes(collection)));
        return new PlaceMap(
            string.Create(CultureInfo.InvariantCulture, $"0 0 {drawn.Width} {drawn.Height}"),
            [.. drawn.Shapes.Select(s => new PlaceShape(s.Code, s.Path))]);
    }

    private static List<Shape> ReadShapes(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "select code, geometry from places_shape order by code";
        using var reader = command.ExecuteReader();
        var shapes = new List<Shape>();
        while (reader.Read())
        {
            shapes.Add(new Shape { Code = reader.GetString(0), Geometry = reader.GetString(1) });
        }
        return shapes;
    }

    private sealed record Snapshot(
        IReadOnlyList<Place> Ordered, IReadOnlyDictionary<string, Place> ByCode, PlaceMap Map, DateTimeOffset ReadAt);
}
