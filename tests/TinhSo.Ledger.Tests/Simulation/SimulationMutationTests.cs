namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>Proves the proof: what is broken on purpose is found.</summary>
public class SimulationMutationTests
{
    private const int SeedsMax = 300;

    public static TheoryData<string> Defects => [.. Enum.GetNames<Defect>().Where(name => name != nameof(Defect.None))];

    [Theory, MemberData(nameof(Defects))]
    public async Task A_defect_is_found_within_some_hundred_seeds(string defect)
    {
        var failures = await Lives.Run(1, SeedsMax, Enum.Parse<Defect>(defect), _ => { }, failuresMax: 1);

        Assert.NotEmpty(failures);
        // What was found is told by the checker, not by a crash of the simulation itself.
        Assert.True(!failures[0].Contains("   at TinhSo.Ledger.Tests", StringComparison.Ordinal), failures[0]);
        TestContext.Current.TestOutputHelper!.WriteLine(failures[0].Split('\n')[0]);
    }
}
