using System.Diagnostics.Tracing;
using System.Globalization;

namespace TinhSo.Benchmarks;

/// <summary>How often and how long this process stood still to collect memory.</summary>
internal sealed class GcPauses : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const EventKeywords Collections = (EventKeywords)1;
    private const string Stops = "GCSuspendEEBegin_V1";
    private const string GoesOn = "GCRestartEEEnd_V1";

    private readonly Histogram pauses = new();
    private DateTime stoppedAt;

    /// <summary>All pauses until now, in words.</summary>
    public string Told => string.Create(CultureInfo.InvariantCulture,
        $"{pauses.Count:N0}, p99 {Ms(pauses.At(0.99)):N1} ms, longest {Ms(pauses.At(1)):N1} ms");

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Runtime)
        {
            EnableEvents(eventSource, EventLevel.Informational, Collections);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName == Stops)
        {
            stoppedAt = eventData.TimeStamp;
        }
        else if (eventData.EventName == GoesOn && stoppedAt != default)
        {
            pauses.Record((eventData.TimeStamp - stoppedAt).Ticks);
        }
    }

    private static double Ms(double ticks) => ticks / TimeSpan.TicksPerMillisecond;
}
