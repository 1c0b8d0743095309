using System.Globalization;
using System.Text.Json;
using TinhSo.Indicators.Definitions;
using TinhSo.Kernel;
using TinhSo.Kernel.Facts;

namespace TinhSo.Indicators.Counting;

/// <summary>Reads the fields of a fact by their names.</summary>
internal sealed class FactBody : IDisposable
{
    private readonly JsonDocument json;

    public FactBody(NamedFact fact)
    {
        Fact = fact;
        json = JsonDocument.Parse(fact.Body);
    }

    public NamedFact Fact { get; }

    /// <summary>The field as text; empty when it is null or missing.</summary>
    public string Text(string field) =>
        !json.RootElement.TryGetProperty(field, out var value) ? "" : value.ValueKind switch
        {
            JsonValueKind.Null => "",
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => value.GetRawText(),
        };

    public long Whole(string? field) => field is null
        ? 0
        : long.Parse(Text(field), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    public Guid Id(string field) => Guid.Parse(Text(field), CultureInfo.InvariantCulture);

    /// <summary>When it happened: the moment in a field, or the beginning of the month that the field names.</summary>
    public DateTimeOffset Moment(string field)
    {
        var typed = Text(field);
        return DateOnly.TryParseExact($"{typed}-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None,
            out var month)
            ? VietnamTime.StartOf(month)
            : DateTimeOffset.Parse(typed, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
                .ToUniversalTime();
    }

    public string Dimension(Selection selection, string dimension) =>
        selection.Dimensions.TryGetValue(dimension, out var field) ? Text(field) : "";

    /// <summary>Whether a selection's questions are all answered as it wants.</summary>
    public bool Fits(Selection selection) =>
        selection.Where.All(w => w.Value.Contains(Text(w.Key))) && selection.Has.All(field => Text(field) != "");

    public void Dispose() => json.Dispose();
}
