using System.Text.Json;

namespace TinhSo.Indicators.Definitions;

/// <summary>Which facts there are and what their fields hold, as their committed schemas say.</summary>
internal sealed class FactSchemas
{
    private readonly Dictionary<string, Dictionary<string, HashSet<string>>> fields = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => fields.Keys.Order(StringComparer.Ordinal);

    public static async Task<FactSchemas> Read(string folder, List<BadRow> errors, CancellationToken stop)
    {
        var schemas = new FactSchemas();
        if (!Directory.Exists(folder))
        {
            errors.Add(new BadRow(folder, 0, "", "The folder with the schemas of facts is missing."));
            return schemas;
        }
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            await using var stream = File.OpenRead(file);
            try
            {
                using var json = await JsonDocument.ParseAsync(stream, default, stop);
                schemas.fields[Path.GetFileNameWithoutExtension(file)] = json.RootElement.GetProperty("properties")
                    .EnumerateObject().ToDictionary(p => p.Name, p => TypesOf(p.Value), StringComparer.Ordinal);
            }
            catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                errors.Add(new BadRow(Path.GetFileName(file), 1, "", "Not a JSON schema with properties."));
            }
        }
        return schemas;
    }

    public bool Knows(string fact) => fields.ContainsKey(fact);

    public bool Has(string fact, string field) => fields.TryGetValue(fact, out var known) && known.ContainsKey(field);

    /// <summary>Whether the field holds a whole number, such as an amount.</summary>
    public bool IsWhole(string fact, string field) =>
        fields.TryGetValue(fact, out var known) && known.TryGetValue(field, out var types) && types.Contains("integer");

    private static HashSet<string> TypesOf(JsonElement schema)
    {
        if (schema.ValueKind is not JsonValueKind.Object || !schema.TryGetProperty("type", out var type))
        {
            return [];
        }
        return type.ValueKind is JsonValueKind.Array
            ? [.. type.EnumerateArray().Select(t => t.GetString() ?? "")]
            : [type.GetString() ?? ""];
    }
}
