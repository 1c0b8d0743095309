using System.Text.Json;
using TinhSo.Markets.Markets;

namespace TinhSo.Markets.Tests;

public class RuleTests
{
    private static JsonElement Vectors(string file) => JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Vectors", file))).RootElement;

    [Fact]
    public void Markets_are_classed_as_Decree_60_of_2024_draws_the_bounds()
    {
        var cases = Vectors("market_classes.json").GetProperty("boundary_tests").EnumerateArray().ToList();

        Assert.NotEmpty(cases);
        Assert.All(cases, c =>
        {
            var building = c.GetProperty("built").GetString() switch
            {
                "kien_co" => Building.Solid,
                "ban_kien_co" => Building.SemiSolid,
                "none" => Building.Makeshift,
                var other => throw new InvalidOperationException(other),
            };
            var (marketClass, note) = MarketClass.Of(c.GetProperty("points").GetInt32(), building);
            Assert.Equal((c.GetProperty("class").GetInt32(), null), (marketClass, note));
        });
    }

    [Theory]
    [InlineData(401, Building.SemiSolid)]
    [InlineData(500, Building.SemiSolid)]
    [InlineData(300, Building.Unknown)]
    [InlineData(401, Building.Unknown)]
    [InlineData(null, Building.Solid)]
    internal void What_the_decree_does_not_settle_is_left_open_and_says_why(int? points, Building building)
    {
        var (marketClass, note) = MarketClass.Of(points, building);
        Assert.Equal(MarketClass.Unsettled, marketClass);
        Assert.NotEmpty(note!.En);
    }
}
