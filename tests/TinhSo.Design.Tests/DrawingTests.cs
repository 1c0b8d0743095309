using System.Diagnostics;
using System.Text;

namespace TinhSo.Design.Tests;

public sealed class DrawingTests
{
    [Theory]
    [InlineData("TS7K2M9QX4P")]
    [InlineData("https://tinhso.quangninh.gov.vn/verify/7K2M9QX4PB?x=Chợ Hạ Long")]
    public async Task A_code_as_a_picture_is_read_back_as_it_was_meant(string payload)
    {
        var picture = Path.GetTempFileName() + ".png";
        await File.WriteAllBytesAsync(picture, QrCode.Png(payload), TestContext.Current.CancellationToken);

        using var reader = Process.Start(new ProcessStartInfo("zbarimg", ["-q", "--raw", picture])
        {
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        var read = await reader.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(payload, read.TrimEnd('\n'));
    }

    [Fact]
    public void Communes_become_shapes_within_their_field()
    {
        using var stream = typeof(DrawingTests).Assembly.GetManifestResourceStream("communes.geojson")!;

        var map = GeoJson.ToShapes(stream);

        Assert.Equal(54, map.Shapes.Count);
        Assert.Equal(54, map.Shapes.Select(shape => shape.Code).Distinct().Count());
        Assert.Contains(map.Shapes, shape => shape is { Code: "06652", Name: "Phường Hà Tu" });
        Assert.All(map.Shapes, shape => Assert.Matches(@"^(M[\d.]+ [\d.]+l[-\d. ]+z)+$", shape.Path));
        Assert.InRange(map.Shapes.Sum(shape => shape.Path.Length), 1, 70_000);
    }

    [Fact]
    public void A_square_keeps_its_form_in_the_middle_of_the_map()
    {
        // At 60° north a degree of longitude is half as long as one of latitude.
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("""
            {"features":[{"properties":{"code":"1","name":"A"},"geometry":{"type":"Polygon",
            "coordinates":[[[10,59.5],[12,59.5],[12,60.5],[10,60.5],[10,59.5]]]}}]}
            """));

        var map = GeoJson.ToShapes(stream, width: 100);

        Assert.Equal(100, map.Height);
        Assert.Equal("M0 100l100 0 0 -100 -100 0 0 100z", map.Shapes[0].Path);
    }

    [Fact]
    public void Steps_of_a_map_hold_as_many_units_each_and_equal_values_share_one()
    {
        var even = new Quantiles([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        var same = new Quantiles([7, 7, 7]);
        var two = new Quantiles([1, 1, 1, 1, 1, 1, 9]);

        Assert.Equal([(1, 2), (3, 4), (5, 6), (7, 8), (9, 10)], even.Ranges);
        Assert.Equal([(7, 7)], same.Ranges);
        Assert.Equal(4, same.ShadeOf(7));
        Assert.Equal([3, 4], [two.ShadeOf(1), two.ShadeOf(9)]);
        Assert.Empty(new Quantiles([]).Ranges);
    }

    [Theory]
    [InlineData(0.3, 35, true, 0, 40)]
    [InlineData(61, 64, false, 61, 64)]
    [InlineData(-3, 8, true, -5, 10)]
    [InlineData(5, 5, false, 0, 6)]
    public void An_axis_has_round_ends_that_hold_all_values(
        double least, double greatest, bool fromZero, double min, double max)
    {
        var scale = Scale.Of([least, greatest], fromZero);

        Assert.Equal((min, max), (scale.Min, scale.Max));
        Assert.InRange(scale.Ticks.Count(), 3, 7);
    }

    [Fact]
    public void A_value_that_is_missing_leaves_a_gap_and_is_not_taken_for_zero()
    {
        var plot = new TrendPlot(
            ["1", "2", "3", "4"], [new Series("A", [10, 20, null, 40])], [], fromZero: true,
            value => $"{value}");

        Assert.Equal([false, true], plot.Segments.Select(segment => segment.Gap));
        Assert.Equal("40", Assert.Single(plot.Labels).Words);
    }
}
