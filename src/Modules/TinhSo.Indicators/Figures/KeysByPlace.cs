using Microsoft.EntityFrameworkCore;
using TinhSo.Indicators.Definitions;
using TinhSo.Indicators.Storage;

namespace TinhSo.Indicators.Figures;

/// <summary>How many different keys were active between two days, in all and by place.</summary>
/// <remarks>A key whose every activity was reversed does not count. One active at two places counts at both.</remarks>
internal sealed record KeysByPlace(long Total, IReadOnlyDictionary<string, long> Places)
{
    public static async Task<KeysByPlace> Of(
        IndicatorsDb db, Measure measure, DateOnly from, DateOnly to, CancellationToken stop)
    {
        var key = measure.Selection.Key;
        var active = db.Activities.AsNoTracking().Where(a => a.Selection == key && a.Day >= from && a.Day <= to);
        if (measure.Only.TryGetValue("channel", out var channels))
        {
            active = active.Where(a => channels.Contains(a.Channel));
        }
        if (measure.Only.TryGetValue("place", out var places))
        {
            active = active.Where(a => places.Contains(a.Place));
        }
        if (measure.Only.TryGetValue("class", out var classes))
        {
            active = active.Where(a => classes.Contains(a.Class));
        }
        var found = await active.GroupBy(a => new { a.Place, a.Key }).Where(g => g.Sum(a => a.Count) > 0)
            .Select(g => g.Key).ToListAsync(stop);
        return new KeysByPlace(
            found.Select(f => f.Key).Distinct(StringComparer.Ordinal).LongCount(),
            found.GroupBy(f => f.Place).ToDictionary(g => g.Key, g => g.LongCount()));
    }
}
