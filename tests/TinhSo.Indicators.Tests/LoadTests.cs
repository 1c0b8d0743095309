using Microsoft.EntityFrameworkCore;
using TinhSo.Indicators.Publications;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Indicators.Tests;

public sealed class LoadTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_published_row_is_loaded_with_its_source_and_the_day_of_loading(Engine engine)
    {
        await using var host = await IndicatorsHost.Loaded(engine);

        var rows = await host.With(db => db.Published.AsNoTracking().ToListAsync(IndicatorsHost.Stop));

        Assert.Equal(84, rows.Count(r => r.File == "figures.csv"));
        Assert.Equal(155, rows.Count(r => r.File == "digital-economy-series.csv"));
        Assert.All(rows, r => Assert.True(r.Source.Length > 0 && r.LoadedOn == new DateOnly(2026, 11, 23)));
        var share = Assert.Single(rows, r => r.Key == "market.stall_acceptance_share");
        Assert.Equal((86.3m, "percent", "province"), (share.Value, share.Unit, share.Scope));
        var span = rows.First(r => r.Period == "2020-2024");
        Assert.Equal((new DateOnly(2020, 1, 1), new DateOnly(2024, 12, 31)), (span.PeriodFrom, span.PeriodTo));
        var month = rows.First(r => r.Period == "2025-04");
        Assert.Equal(new DateOnly(2025, 4, 30), month.PeriodTo);
        Assert.Equal("over", rows.Single(r => r.Key.StartsWith("Quảng Ninh|2021|grdp_current",
            StringComparison.Ordinal)).Bound);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_same_files_again_change_nothing(Engine engine)
    {
        await using var host = await IndicatorsHost.Loaded(engine);

        var again = await host.Load(ReferenceFolders.BesideTheProgram);

        Assert.Empty(again.Changes);
        Assert.Empty(again.Bad);
        Assert.True(again.Unchanged > 84 + 155);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_changed_row_keeps_its_former_value_and_each_change_is_told_by_row(Engine engine)
    {
        await using var host = await IndicatorsHost.Loaded(engine);
        using var copy = new ReferenceCopy();
        copy.Rewrite("figures.csv", text => text
            .Replace("market.digital,actual,Chợ đã triển khai mô hình chợ 4.0,Markets running the market 4.0 model,"
                + "province,markets,120", "market.digital,actual,Chợ đã triển khai mô hình chợ 4.0,"
                + "Markets running the market 4.0 model,province,markets,121", StringComparison.Ordinal)
            .Replace(copy.LineOf("figures.csv", "emissions.net_zero.2050"), "", StringComparison.Ordinal));
        host.Clock.Advance(TimeSpan.FromDays(1));

        var report = await host.Load(copy.Folders);

        Assert.Empty(report.Bad);
        var changed = Assert.Single(report.Changes, c => c.Kind is RowChangeKind.Changed);
        Assert.Equal(("figures.csv", "market.digital"), (changed.File, changed.Key));
        Assert.Equal("emissions.net_zero.2050", Assert.Single(report.Changes, c => c.Kind is RowChangeKind.Removed).Key);
        var versions = await host.With(db => db.Published.Where(f => f.Key == "market.digital")
            .OrderBy(f => f.LoadedOn).ToListAsync(IndicatorsHost.Stop));
        Assert.Equal([120m, 121m], versions.Select(v => v.Value));
        Assert.Equal([new DateOnly(2026, 11, 24), null], versions.Select(v => v.SupersededOn));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Bad_rows_are_named_by_file_and_line_and_nothing_is_loaded(Engine engine)
    {
        await using var host = await IndicatorsHost.Empty(engine);
        using var copy = new ReferenceCopy();
        copy.Rewrite("figures.csv", text => text
            .Replace("percent,86.3,,2025-05-31", "percent,nhiều,,2025-13-31", StringComparison.Ordinal));
        copy.Rewrite("digital-economy-series.csv", text => text
            .Replace("Quảng Ninh,2023,dti_rank,12,", "Quảng Ninh,2023,dti_ranks,12,", StringComparison.Ordinal)
            + "Quảng Ninh,2024\n\"open");

        var report = await host.Load(copy.Folders);

        Assert.Contains(report.Bad, b => b is { File: "figures.csv", Line: 39, Field: "value" });
        Assert.Contains(report.Bad, b => b is { File: "figures.csv", Line: 39, Field: "as_of" });
        Assert.Contains(report.Bad, b => b is { File: "digital-economy-series.csv", Field: "indicator", Line: > 1 });
        Assert.Contains(report.Bad, b => b.Line == 157 && b.Message.Contains("2 fields", StringComparison.Ordinal));
        Assert.Contains(report.Bad, b => b.Line == 158 && b.Message.Contains("never closed", StringComparison.Ordinal));
        Assert.Equal(0, await host.With(db => db.Published.CountAsync(IndicatorsHost.Stop)));
        Assert.Equal(0, await host.With(db => db.Definitions.CountAsync(IndicatorsHost.Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_definition_is_refused_with_file_line_and_field(Engine engine)
    {
        await using var host = await IndicatorsHost.Empty(engine);
        using var copy = new ReferenceCopy();
        copy.Rewrite("indicators/market.digital.count.yaml", text => text
            .Replace("markets.market-described.v1", "markets.market-painted.v1", StringComparison.Ordinal));
        copy.Rewrite("indicators/market.stalls.signed.yaml", text => text
            .Replace("{hasSign: [\"true\"]}", "{hasSigns: [\"true\"]}", StringComparison.Ordinal)
            .Replace("direction: up", "direktion: up", StringComparison.Ordinal));
        copy.Rewrite("indicators/market.fees.collected.yaml", text => text
            .Replace("  en: Market fees collected\n", "", StringComparison.Ordinal)
            .Replace("where: {code: [market.fees]}", "where: {colour: [red]}", StringComparison.Ordinal));

        var report = await host.Load(copy.Folders);

        Assert.Contains(report.Bad, b => b is
        { File: "indicators/market.digital.count.yaml", Field: "numerator.fact", Line: 18 }
            && b.Message.Contains("markets.market-painted.v1", StringComparison.Ordinal));
        Assert.Contains(report.Bad, b => b is
        { File: "indicators/market.stalls.signed.yaml", Field: "numerator.where" }
            && b.Message.Contains("hasSigns", StringComparison.Ordinal));
        Assert.Contains(report.Bad, b => b is { Field: "direktion", Message: "There is no such field." });
        Assert.Contains(report.Bad, b => b is { Field: "direction", Message: "This field is needed." });
        Assert.Contains(report.Bad, b => b is { File: "indicators/market.fees.collected.yaml", Field: "name.en" });
        Assert.Contains(report.Bad, b => b.Message.Contains("no field colour", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Another_computation_needs_another_version_and_the_old_one_goes_on_being_counted(Engine engine)
    {
        await using var host = await IndicatorsHost.Loaded(engine);
        await host.Pay("market.fees", "cash", 50_000);
        await host.Pay("market.sale", "cash", 7_000);
        await host.CatchUp();
        using var copy = new ReferenceCopy();
        const string File = "indicators/market.fees.collected.yaml";
        copy.Rewrite(File, text => text.Replace("[market.fees]", "[market.fees, market.sale]", StringComparison.Ordinal));

        var refused = await host.Load(copy.Folders);
        copy.Rewrite(File, text => text.Replace("version: 1", "version: 2", StringComparison.Ordinal));
        var loaded = await host.Load(copy.Folders);

        Assert.Contains(refused.Bad, b => b.File == File && b.Field == "version");
        Assert.Empty(loaded.Bad);
        var figures = await host.Figures("market.fees.collected");
        Assert.Equal([(2, 57_000m), (1, 50_000m)], figures.Select(f => (f.Version, f.Value!.Value)));
    }

    [Fact]
    public void A_hostile_file_is_cut_off_and_its_bad_rows_are_numbered()
    {
        var errors = new List<BadRow>();

        var rows = CsvTable.Parse("x.csv",
            "a,b\n1,2\n3\n\"4\"5,6\n7,\"8\n9\"\n" + new string('x', 3000) + ",1\n10,11\n", ["a", "b"], errors);

        Assert.Equal([2, 8], rows.Select(r => r.Line));
        Assert.Equal([3, 4, 5, 7], errors.Select(e => e.Line).Order());
    }
}
