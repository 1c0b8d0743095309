using TinhSo.Ledger.Tests;
using TinhSo.Ledger.Tests.Crashes;

return args is [CrashingProcess.Argument, var connectionString]
    ? await CrashingProcess.Run(connectionString)
    : await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(
        args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
