using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace TinhSo.Host.Web;

/// <summary>Gathers the program's counters and serves them in the text form of Prometheus.</summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<string, Series> series = new(StringComparer.Ordinal);

    public MetricsPage()
    {
        listener.InstrumentPublished = (instrument, subscriber) =>
        {
            if (instrument.Meter.Name.StartsWith("TinhSo", StringComparison.Ordinal)
                || instrument.Meter.Name is "Microsoft.AspNetCore.Hosting" or "Microsoft.AspNetCore.RateLimiting"
                    or "System.Runtime")
            {
                subscriber.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Record(i, value, tags));
        listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Record(i, value, tags));
        listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Record(i, value, tags));
        listener.Start();
    }

    /// <summary>All series as they stand.</summary>
    public string Render()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var (key, value) in series.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            value.Write(text, key);
        }
        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = instrument.Name.Replace('.', '_').Replace('-', '_');
        var labels = new StringBuilder();
        foreach (var (tag, content) in tags)
        {
            var escaped = Convert.ToString(content, CultureInfo.InvariantCulture)?
                .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);
            labels.Append(labels.Length == 0 ? "" : ",").Append(tag.Replace('.', '_')).Append("=\"")
                .Append(escaped).Append('"');
        }
        series.GetOrAdd($"{name}{{{labels}}}", _ => new Series(instrument)).Add(value);
    }

    private sealed class Series(Instrument instrument)
    {
        private readonly bool sums = instrument.GetType().Name.StartsWith("Counter", StringComparison.Ordinal)
            || instrument.GetType().Name.StartsWith("UpDown", StringComparison.Ordinal);

        private readonly bool distributes = instrument.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal);
        private readonly Lock gate = new();
        private double value;
        private long count;

        public void Add(double measured)
        {
            lock (gate)
            {
                value = sums || distributes ? value + measured : measured;
                count++;
            }
        }

        public void Write(StringBuilder text, string key)
        {
            lock (gate)
            {
                var at = key.IndexOf('{', StringComparison.Ordinal);
                var (name, labels) = (key[..at], key[at..] is "{}" ? "" : key[at..]);
                if (distributes)
                {
                    Line(text, $"{name}_sum{labels}", value);
                    Line(text, $"{name}_count{labels}", count);
                    return;
                }
                var ending = sums && !name.EndsWith("_total", StringComparison.Ordinal) ? "_total" : "";
                Line(text, $"{name}{ending}{labels}", value);
            }
        }

        private static void Line(StringBuilder text, string key, double value) =>
            text.Append(key).Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }
}

/// <summary>Serves the metrics, which hold no personal data.</summary>
internal static class MetricsRoute
{
    public static void MapMetrics(this WebApplication app) =>
        app.MapGet("/metrics",
                (MetricsPage metrics) => TypedResults.Text(metrics.Render(), "text/plain; version=0.0.4"))
            .AllowAnonymous().ExcludeFromDescription();
}
