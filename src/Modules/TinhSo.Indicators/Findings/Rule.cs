using TinhSo.Indicators.Definitions;
using TinhSo.Kernel;

namespace TinhSo.Indicators.Findings;

/// <summary>One way in which published figures must agree, with the figures that it is about.</summary>
/// <param name="With">The series that play each part.</param>
/// <param name="Parts">The series that make up a whole.</param>
/// <param name="Limits">Numbers beyond which figures no longer agree.</param>
internal sealed record Rule(
    string Code, string Kind, string Severity, Text Name, Text? Owner, IReadOnlyDictionary<string, string> With,
    IReadOnlyList<string> Parts, IReadOnlyDictionary<string, decimal> Limits)
{
    private static readonly Dictionary<string, (string[] With, bool Parts, string[] Limits)> Needs = new()
    {
        ["mean-outside-parts"] = (["whole"], true, []),
        ["parts-do-not-add-up"] = (["total"], true, []),
        ["targets-differ"] = ([], false, []),
        ["share-of-total"] = (["part", "total", "share"], false, ["tolerance"]),
        ["overlap-differs"] = (["one", "other"], false, []),
        ["far-apart"] = (["one", "other"], false, ["factor"]),
        ["implied-denominator"] = (["count", "share", "whole"], false, ["low", "high"]),
        ["impossible-path"] = ([], false, ["growth"]),
        ["vintages-differ"] = ([], false, []),
        ["rate-against-total"] = (["total", "rate"], false, ["days", "factor"]),
    };

    public static IReadOnlyList<Rule> Read(string file, string text, List<BadRow> errors)
    {
        if (YamlFields.Parse(file, text, errors) is not { } fields)
        {
            return [];
        }
        var rules = fields.Items("rules").Select(ReadOne).ToList();
        fields.RefuseUnknown();
        return rules;
    }

    private static Rule ReadOne(YamlFields fields)
    {
        var kind = fields.Required("kind", [.. Needs.Keys]);
        var limits = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var needs = Needs.GetValueOrDefault(kind, ([], false, []));
        if (fields.Inner("limits") is { } inner)
        {
            foreach (var name in needs.Limits)
            {
                limits[name] = inner.Number(name, 0);
            }
            inner.RefuseUnknown();
        }
        var rule = new Rule(fields.Required("code"), kind, fields.Required("severity", "high", "medium", "low"),
            fields.RequiredText("name"), fields.OptionalText("owner"), fields.Texts("with"), fields.Strings("parts"),
            limits);
        if (!needs.With.ToHashSet().SetEquals(rule.With.Keys))
        {
            fields.Wrong("with", $"This kind needs exactly: {string.Join(", ", needs.With)}.");
        }
        if (needs.Parts != rule.Parts.Count > 0)
        {
            fields.Wrong("parts", needs.Parts ? "The series of the parts are needed." : "This kind has no parts.");
        }
        if (needs.Limits.Any(name => rule.Limits.GetValueOrDefault(name) <= 0))
        {
            fields.Wrong("limits", $"This kind needs, above 0: {string.Join(", ", needs.Limits)}.");
        }
        fields.RefuseUnknown();
        return rule;
    }
}
