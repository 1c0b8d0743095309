using TinhSo.Ledger.Tests;
using TinhSo.Ledger.Tests.Crashes;
using TinhSo.Ledger.Tests.Simulation;

return args switch
{
    [CrashingProcess.Argument, var connectionString] => await CrashingProcess.Run(connectionString),
    [Lives.Argument, var first, var count] => await Lives.Print(first, count),
    _ => await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(
        args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
};
