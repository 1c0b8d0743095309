using TinhSo.Journeys.Tests.OneDay;

namespace TinhSo.Journeys.Tests;

/// <summary>Runs the tests, or is the platform that one of them kills.</summary>
internal static class EntryPoint
{
    private static async Task<int> Main(string[] args) => args switch
    {
        [DayHost.Argument, var database, var ahead] => await DayHost.Serve(database, ahead),
        _ => await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(
            args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    };
}
