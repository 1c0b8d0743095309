using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace TinhSo.Benchmarks;

/// <summary>What goes wrong is told where the progress is told, and not among the results.</summary>
internal static class Logs
{
    public static void ToStandardError(ILoggingBuilder logging) => logging.ClearProviders()
        // Said of the provider, it holds whatever settings lie beside the program.
        .AddFilter<ConsoleLoggerProvider>(null, LogLevel.Warning)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
}
