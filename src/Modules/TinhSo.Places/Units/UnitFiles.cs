using System.Text.Json;
using TinhSo.Kernel;

namespace TinhSo.Places.Units;

/// <summary>Reads the published files of units and outlines, and names everything in them that is wrong.</summary>
internal sealed class UnitFiles(string folder)
{
    private const string UnitsFile = "quang_ninh_units.json";
    private const string ValidityFile = "validity.json";
    private const string ShapesFile = "quang_ninh_communes_simplified.geojson";
    private const int FileBytesMax = 20_000_000;

    public List<string> Errors { get; } = [];

    public List<Unit> Units { get; } = [];

    public List<Shape> Shapes { get; } = [];

    public async Task Read(CancellationToken stop)
    {
        using var validity = await Open(ValidityFile, stop);
        using var units = await Open(UnitsFile, stop);
        using var shapes = await Open(ShapesFile, stop);
        if (validity is null || units is null || shapes is null)
        {
            return;
        }
        ReadUnits(units.RootElement, validity.RootElement);
        ReadShapes(shapes.RootElement);
    }

    private void ReadUnits(JsonElement province, JsonElement validity)
    {
        var legalBasis = TextOf(validity, "legalBasis");
        if (!DateOnly.TryParseExact(TextOf(validity, "validFrom"), "yyyy-MM-dd", out var validFrom) || legalBasis == "")
        {
            Errors.Add($"{ValidityFile}: validFrom (yyyy-MM-dd) and legalBasis are needed.");
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var ward in Items(province, "Wards", UnitsFile))
        {
            number++;
            var (code, nameVi, nameEn) = (TextOf(ward, "Code"), TextOf(ward, "FullName"), TextOf(ward, "FullNameEn"));
            var kind = KindOf(ward);
            if (code == "" || nameVi == "" || nameEn == "" || kind is null)
            {
                Errors.Add($"{UnitsFile}, unit {number}: Code, FullName, FullNameEn and a known kind are needed.");
            }
            else if (!seen.Add(code))
            {
                Errors.Add($"{UnitsFile}, unit {number}: the code {code} stands there twice.");
            }
            else
            {
                Units.Add(new Unit
                {
                    Code = code,
                    NameVi = Words.Clean(nameVi),
                    NameEn = Words.Clean(nameEn),
                    Kind = kind.Value,
                    ValidFrom = validFrom,
                    LegalBasis = legalBasis,
                });
            }
        }
    }

    private void ReadShapes(JsonElement collection)
    {
        var codes = Units.Select(u => u.Code).ToHashSet(StringComparer.Ordinal);
        var number = 0;
        foreach (var feature in Items(collection, "features", ShapesFile))
        {
            number++;
            var code = feature.TryGetProperty("properties", out var about) ? TextOf(about, "code") : "";
            if (!codes.Remove(code) || !feature.TryGetProperty("geometry", out var geometry))
            {
                Errors.Add($"{ShapesFile}, feature {number}: the code of a unit and one geometry are needed.");
                continue;
            }
            Shapes.Add(new Shape { Code = code, Geometry = geometry.GetRawText() });
        }
    }

    private async Task<JsonDocument?> Open(string name, CancellationToken stop)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        if (!file.Exists || file.Length > FileBytesMax)
        {
            Errors.Add($"{name}: the file is missing or larger than {FileBytesMax} bytes.");
            return null;
        }
        await using var stream = file.OpenRead();
        try
        {
            return await JsonDocument.ParseAsync(stream, default, stop);
        }
        catch (JsonException wrong)
        {
            Errors.Add($"{name}, line {wrong.LineNumber + 1}: not JSON.");
            return null;
        }
    }

    private List<JsonElement> Items(JsonElement parent, string name, string file)
    {
        if (parent.ValueKind is JsonValueKind.Object
            && parent.TryGetProperty(name, out var items) && items.ValueKind is JsonValueKind.Array)
        {
            return [.. items.EnumerateArray()];
        }
        Errors.Add($"{file}: the list {name} is needed.");
        return [];
    }

    // The numbers are the source's own for the three kinds that exist below a province.
    private static PlaceKind? KindOf(JsonElement ward) =>
        ward.TryGetProperty("AdministrativeUnitId", out var id) && id.TryGetInt32(out var number)
            ? number switch
            {
                3 => PlaceKind.Ward,
                4 => PlaceKind.Commune,
                5 => PlaceKind.SpecialZone,
                _ => null,
            }
            : null;

    private static string TextOf(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var value)
            && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";
}
