using System.Diagnostics;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Ledger.Tests.Verifying;

/// <summary>The command as an operator gives it: the real program, in a process of its own.</summary>
public class CommandTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_ledger_that_is_right_is_found_right(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);

        var (code, output) = await Verify(filled.Platform);

        Assert.Equal(0, code);
        Assert.Matches($"transfers +│ {FilledLedger.Last}", output);
        Assert.Contains($"Root hash {(await filled.Verify()).RootHash}", output, StringComparison.Ordinal);
        Assert.EndsWith("The ledger is right, and so are its balances and marks, "
            + "its followers' cursors (0) and the roots noted before (0).", output.TrimEnd(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_ledger_is_held_to_the_roots_that_were_noted(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);
        var verdict = await filled.Verify();
        var (batches, root) = (verdict.Batches, verdict.RootHash);

        Assert.Equal(0, (await Verify(filled.Platform, $"--root={batches}:{root}")).Code);
        var (code, output) = await Verify(filled.Platform, $"--root={batches}:{new string('0', 64)}");
        Assert.Equal(1, code);
        Assert.Contains($"First wrong row: ledger_batch {batches}", output, StringComparison.Ordinal);
        Assert.Equal(2, (await Verify(filled.Platform, $"--root={root}")).Code);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_wrong_row_is_named_in_both_languages_and_the_command_fails(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);
        await filled.Damage("update ledger_transfer set amount = amount + 1 where position = 6");
        var fault = (await filled.Verify()).Fault!;

        var (code, output) = await Verify(filled.Platform);

        Assert.Equal(1, code);
        Assert.EndsWith($"First wrong row: ledger_transfer 6\n  {fault.What.Vi}\n  {fault.What.En}", output.TrimEnd(),
            StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> Verify(Database platform, params string[] settings)
    {
        await SchemaUpgrade.Run(platform, [new ModuleSchema(typeof(Kernel.KernelModule).Assembly, null)], TimeProvider.System,
            TestLedger.Stop);
        using var process = Process.Start(new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "TinhSo.Host.dll"), "verify", "ledger",
            $"--Database:ConnectionString={platform.ConnectionString}", .. settings,
        ])
        {
            RedirectStandardOutput = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestLedger.Stop);
        await process.WaitForExitAsync(TestLedger.Stop);
        return (process.ExitCode, output);
    }
}
