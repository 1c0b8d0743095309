using Microsoft.Extensions.Logging;

namespace TinhSo.Benchmarks;

/// <summary>What goes wrong is told where the progress is told, and not among the results.</summary>
internal static class Logs
{
    public static void ToStandardError(ILoggingBuilder logging) => logging.ClearProviders()
        .SetMinimumLevel(LogLevel.Warning)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
}
