using System.Globalization;
using TinhSo.Design;
using TinhSo.Indicators.Definitions;
using TinhSo.Indicators.Storage;
using TinhSo.Places;

namespace TinhSo.Indicators.Figures;

/// <summary>A figure by commune, and the map that it is drawn on.</summary>
internal sealed class PlaceBreakdown(IndicatorsDb db)
{
    /// <summary>The value of each commune for which there is one.</summary>
    public async Task<IReadOnlyDictionary<string, decimal>> Read(
        Book book, Definition definition, string month, CancellationToken stop)
    {
        var values = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var active = await CountKeys(book, definition, month, stop);
        foreach (var place in book.ValuesOf(definition, c => c.Place))
        {
            if (book.At(definition, month, new Narrowing(Place: place)) is not { } value)
            {
                continue;
            }
            var parts = active is null
                ? value.Parts
                : value.Parts with { Numerator = active.Places.GetValueOrDefault(place) };
            if (parts.Value is { } known)
            {
                values[place] = known;
            }
        }
        return values;
    }

    /// <summary>The map in the form in which it is drawn.</summary>
    public static MapShapes Draw(IPlaces places)
    {
        var frame = places.Map.ViewBox.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return new MapShapes(frame[2], frame[3],
            [.. places.Map.Shapes.Select(s => new MapShape(s.Code, places.NameOf(s.Code), s.Path))]);
    }

    private async Task<KeysByPlace?> CountKeys(
        Book book, Definition definition, string month, CancellationToken stop)
    {
        if (definition.Numerator.Aggregate is not Aggregate.CountDistinct)
        {
            return null;
        }
        var (from, to) = book.DaysOf(definition, month);
        return await KeysByPlace.Of(db, definition.Numerator, from, to, stop);
    }
}
