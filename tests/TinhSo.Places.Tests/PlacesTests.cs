using System.Globalization;
using System.Net;
using System.Text.Json;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Places.Tests;

public sealed class PlacesTests
{
    private static readonly DateOnly FirstDay = new(2025, 7, 1);

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task The_54_units_are_loaded_once_and_a_second_load_changes_nothing(Engine engine)
    {
        await using var host = await PlacesHost.Start(engine);

        var first = await host.Load(PlacesHost.Reference);
        var second = await host.Load(PlacesHost.Reference);

        Assert.Empty(first.Errors);
        Assert.Equal(54, first.Added.Count);
        Assert.Equal((0, 0, 54, 0), (second.Added.Count, second.Changed.Count, second.Unchanged, second.Missing.Count));
        var communes = host.Places.Communes(FirstDay);
        Assert.Equal(30, communes.Count(p => p.Kind is PlaceKind.Ward));
        Assert.Equal(22, communes.Count(p => p.Kind is PlaceKind.Commune));
        Assert.Equal(2, communes.Count(p => p.Kind is PlaceKind.SpecialZone));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_unit_is_not_alive_before_its_first_day(Engine engine)
    {
        await using var host = await PlacesHost.Start(engine);
        await host.Load(PlacesHost.Reference);

        Assert.Empty(host.Places.Communes(FirstDay.AddDays(-1)));
        Assert.NotNull(host.Places.Find("06652"));
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("vi");
        Assert.Equal("Phường Hà Tu", host.Places.NameOf("06652"));
        Assert.Equal("99999", host.Places.NameOf("99999"));
        Assert.Equal("", host.Places.NameOf(null));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_changed_name_and_a_missing_unit_are_told_and_the_missing_one_is_kept(Engine engine)
    {
        await using var host = await PlacesHost.Start(engine);
        await host.Load(PlacesHost.Reference);
        var folder = CopyOfReference();
        Rewrite(folder, "quang_ninh_units.json", text => text
            .Replace("\"Phường Hà Tu\"", "\"Phường Hà Tu Mới\"", StringComparison.Ordinal));
        var file = Path.Combine(folder, "quang_ninh_units.json");
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(file))!;
        var wards = json["Wards"]!.AsArray();
        var gone = wards[^1]!["Code"]!.GetValue<string>();
        wards.RemoveAt(wards.Count - 1);
        File.WriteAllText(file, json.ToJsonString());
        RemoveFeature(folder, gone);

        var loaded = await host.Load(folder);

        Assert.Empty(loaded.Errors);
        Assert.Equal(["06652"], loaded.Changed);
        Assert.Equal([gone], loaded.Missing);
        Assert.Equal(54, host.Places.Communes(FirstDay).Count);
        Assert.Equal("Phường Hà Tu Mới", host.Places.Find("06652")!.Name.Vi);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Bad_units_are_named_by_file_and_place_and_nothing_is_loaded(Engine engine)
    {
        await using var host = await PlacesHost.Start(engine);
        var folder = CopyOfReference();
        Rewrite(folder, "quang_ninh_units.json", text => text
            .Replace("\"Code\": \"06658\"", "\"Code\": \"06652\"", StringComparison.Ordinal)
            .Replace("\"FullName\": \"Phường Việt Hưng\"", "\"FullName\": \"\"", StringComparison.Ordinal));

        var loaded = await host.Load(folder);

        Assert.Contains(loaded.Errors, e => e.Contains("unit 2", StringComparison.Ordinal)
            && e.Contains("twice", StringComparison.Ordinal));
        Assert.Contains(loaded.Errors, e => e.Contains("unit 3", StringComparison.Ordinal));
        Assert.Empty(host.Places.Communes(FirstDay));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_map_has_a_closed_path_for_every_unit_inside_its_frame(Engine engine)
    {
        await using var host = await PlacesHost.Start(engine);
        await host.Load(PlacesHost.Reference);

        var map = host.Places.Map;

        Assert.Equal(54, map.Shapes.Count);
        var frame = map.ViewBox.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal((0, 0), (frame[0], frame[1]));
        foreach (var shape in map.Shapes)
        {
            Assert.Matches("^(M[0-9. ]+l[-0-9. ]+z)+$", shape.Path);
            foreach (var start in shape.Path.Split('M', StringSplitOptions.RemoveEmptyEntries))
            {
                var xy = start[..start.IndexOf('l', StringComparison.Ordinal)].Split(' ')
                    .Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
                Assert.InRange(xy[0], 0, frame[2]);
                Assert.InRange(xy[1], 0, frame[3]);
            }
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Anyone_may_ask_for_the_units_of_a_day_and_a_wrong_day_is_named(Engine engine)
    {
        await using var host = await PlacesHost.Start(engine);
        await host.Load(PlacesHost.Reference);
        var stop = TestContext.Current.CancellationToken;

        using var answer = JsonDocument.Parse(await host.Client.GetStringAsync(
            new Uri("/api/v1/places?on=2025-07-01", UriKind.Relative), stop));
        using var wrong = await host.Client.GetAsync(new Uri("/api/v1/places?on=hôm-qua", UriKind.Relative), stop);

        Assert.Equal(54, answer.RootElement.GetProperty("items").GetArrayLength());
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("\"on\"", await wrong.Content.ReadAsStringAsync(stop), StringComparison.Ordinal);
    }

    private static string CopyOfReference()
    {
        var folder = Directory.CreateTempSubdirectory("tinhso-places").FullName;
        foreach (var file in Directory.EnumerateFiles(PlacesHost.Reference))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
        return folder;
    }

    private static void Rewrite(string folder, string name, Func<string, string> change)
    {
        var file = Path.Combine(folder, name);
        File.WriteAllText(file, change(File.ReadAllText(file)));
    }

    private static void RemoveFeature(string folder, string code)
    {
        var file = Path.Combine(folder, "quang_ninh_communes_simplified.geojson");
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(file))!;
        var features = json["features"]!.AsArray();
        features.Remove(features.Single(f => f!["properties"]!["code"]!.GetValue<string>() == code));
        File.WriteAllText(file, json.ToJsonString());
    }
}
