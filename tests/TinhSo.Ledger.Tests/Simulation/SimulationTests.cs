namespace TinhSo.Ledger.Tests.Simulation;

public class SimulationTests
{
    private const ulong FirstSeed = 1;
    private const int Seeds = 300;

    [Fact]
    public async Task Whatever_fails_nothing_acknowledged_is_lost_or_wrong()
    {
        var failures = await Lives.Run(FirstSeed, Seeds, Defect.None, _ => { });

        Assert.Equal([], failures);
    }

    [Fact]
    public async Task The_same_seed_leads_the_same_life()
    {
        for (var seed = FirstSeed; seed < FirstSeed + 5; seed++)
        {
            var (one, other) = (await Simulation.Run(seed), await Simulation.Run(seed));
            Assert.Equal(one.Steps, other.Steps);
        }
    }
}
