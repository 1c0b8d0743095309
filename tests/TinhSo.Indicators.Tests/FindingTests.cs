using TinhSo.Indicators.Findings;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Indicators.Tests;

public sealed class FindingTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task The_known_contradictions_are_found_in_what_was_published(Engine engine)
    {
        await using var host = await IndicatorsHost.Loaded(engine);

        var findings = (await host.Book()).Findings;

        var average = Assert.Single(findings, f => f.Rule.Code == "market-acceptance-average");
        Assert.Contains("86,3 %", average.What.Vi, StringComparison.Ordinal);
        Assert.Contains("95,5 %; 92 %; 87,8 %", average.What.Vi, StringComparison.Ordinal);
        Assert.Equal("Sở Công Thương", average.Owner.Vi);
        Assert.All(average.Rows, r => Assert.True(r.Source.Length > 0));
        var targets = Assert.Single(findings, f => f.Rule.Code == "targets-differ");
        Assert.Contains("2030", targets.What.En, StringComparison.Ordinal);
        Assert.Contains("30 %; 35 %", targets.What.En, StringComparison.Ordinal);
        Assert.Equal(Finding.OwnerUnknown, targets.Owner);
        var path = Assert.Single(findings, f => f.Rule.Code == "impossible-path");
        Assert.Contains("181,7 %", path.What.Vi, StringComparison.Ordinal);
        var signatures = Assert.Single(findings, f => f.Rule.Code == "signature-denominator");
        Assert.Contains("723.187", signatures.What.Vi, StringComparison.Ordinal);
        Assert.Single(findings, f => f.Rule.Code == "mobile-coverage");
        Assert.Single(findings, f => f.Rule.Code == "signature-businesses-and-adults");
        Assert.Single(findings, f => f.Rule.Code == "qr-definitions");
        Assert.Equal(2, findings.Count(f => f.Rule.Code == "vintages-differ"));
        Assert.DoesNotContain(findings, f => f.Rule.Code is "markets-by-class" or "ocop-by-stars");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_contradiction_goes_when_the_data_is_mended_and_comes_when_it_is_broken(Engine engine)
    {
        await using var host = await IndicatorsHost.Loaded(engine);
        using var copy = new ReferenceCopy();
        copy.Rewrite("figures.csv", text => text
            .Replace("percent,86.3,,2025-05-31", "percent,90,,2025-05-31", StringComparison.Ordinal)
            .Replace("province,percent,35,about", "province,percent,30,about", StringComparison.Ordinal)
            .Replace("markets,135,,2025-05-31", "markets,136,,2025-05-31", StringComparison.Ordinal));
        copy.Rewrite("markets-aggregate.csv", text => text.Replace(",135,86.3,", ",135,90,", StringComparison.Ordinal));
        copy.Rewrite("digital-economy-series.csv", text => text.Replace(
            "digital_economy_share_target,35,", "digital_economy_share_target,30,", StringComparison.Ordinal));

        Assert.Empty((await host.Load(copy.Folders)).Bad);

        var findings = (await host.Book()).Findings;
        Assert.DoesNotContain(findings, f => f.Rule.Code is "market-acceptance-average" or "targets-differ");
        var broken = Assert.Single(findings, f => f.Rule.Code == "markets-by-class");
        Assert.Contains("136", broken.What.Vi, StringComparison.Ordinal);
        Assert.Contains("135", broken.What.Vi, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_with_a_missing_part_is_named_by_line_and_field()
    {
        var errors = new List<BadRow>();

        Rule.Read("rules/x.yaml", "rules:\n  - code: a\n    kind: far-apart\n    severity: grave\n"
            + "    name: {vi: A, en: A}\n    with: {one: b}\n", errors);

        Assert.Contains(errors, e => e is { Line: 4, Field: "rules[0].severity" });
        Assert.Contains(errors, e => e is { Line: 6, Field: "rules[0].with" });
        Assert.Contains(errors, e => e is { Field: "rules[0].limits" });
    }
}
