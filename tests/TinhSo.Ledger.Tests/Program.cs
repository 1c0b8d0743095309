using TinhSo.Ledger.Tests;
using TinhSo.Ledger.Tests.Crashes;
using TinhSo.Ledger.Tests.Followers;
using TinhSo.Ledger.Tests.Simulation;

return args switch
{
    [LoadedProcess.Argument, var store, var seed] => await LoadedProcess.Run(store, seed),
    [FollowerTests.FollowingArgument, var store] => await FollowerTests.Follow(store),
    [CrashRun.Argument, var rounds] => await CrashRun.Print(rounds),
    [Lives.Argument, var first, var count] => await Lives.Print(first, count),
    _ => await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(
        args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
};
