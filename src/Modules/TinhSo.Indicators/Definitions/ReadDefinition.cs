using System.Security.Cryptography;
using System.Text;

namespace TinhSo.Indicators.Definitions;

/// <summary>Reads a definition from its file, and names everything in it that is wrong.</summary>
/// <param name="schemas">Against which facts and fields are checked; null for what was checked when it was
/// loaded.</param>
internal sealed class ReadDefinition(FactSchemas? schemas)
{
    private static readonly string[] Dimensions = ["place", "class", "channel"];
    private static readonly string[] TransferFields = ["code", "channel", "kind", "place"];
    private static readonly string[] TransferKinds = ["post", "capture"];

    public List<BadRow> Errors { get; } = [];

    /// <summary>
    /// The definition, or null when the file is at fault; the reasons are then in <see cref="Errors"/>.
    /// </summary>
    public Definition? Read(string file, string text)
    {
        var before = Errors.Count;
        if (YamlFields.Parse(file, text, Errors) is not { } fields)
        {
            return null;
        }
        var version = fields.Number("version", 0);
        if (version is < 1 or > 9999 || version != decimal.Truncate(version))
        {
            fields.Wrong("version", "A whole number from 1 is needed.");
        }
        var numerator = MeasureOf(fields, "numerator");
        if (numerator is null)
        {
            fields.Wrong("numerator", "This field is needed.");
        }
        var minus = MeasureOf(fields, "minus");
        var denominator = MeasureOf(fields, "denominator");
        var definition = new Definition(
            fields.Required("code"), (int)version, fields.Required("question"), fields.RequiredText("name"),
            fields.RequiredText("description"), fields.Required("unit"),
            fields.Required("direction", "up", "down", "none"), fields.RequiredText("owner"),
            fields.OptionalText("legal"), SpanOf(fields), BreakdownsOf(fields), numerator!, minus, denominator,
            fields.Strings("reported"), fields.Strings("targets"), MarkOf(fields));
        if ((definition.Unit == "percent") != (denominator is not null))
        {
            fields.Wrong("unit", "A percentage, and nothing else, has a denominator.");
        }
        CheckSpan(fields, definition);
        fields.RefuseUnknown();
        return Errors.Count == before ? definition : null;
    }

    /// <summary>A digest of all that decides the value.</summary>
    public static string Computes(Definition definition) => Digest(string.Join('|',
        definition.Measures.Select(m => $"{m.Aggregate}:{m.Selection.Key}:{Render(m.Only)}")
            .Append(definition.Minus is null ? "" : "minus").Append(definition.Denominator is null ? "" : "share")
            .Append(definition.Span.ToString()).Append(definition.Unit)));

    private static Span SpanOf(YamlFields fields) =>
        fields.Required("period", "month", "rolling-30-days") == "rolling-30-days" ? Span.Rolling30Days : Span.Month;

    private static HashSet<string> BreakdownsOf(YamlFields fields)
    {
        var breakdowns = fields.Strings("breakdowns").ToHashSet(StringComparer.Ordinal);
        if (breakdowns.Any(b => b != "month" && !Dimensions.Contains(b)))
        {
            fields.Wrong("breakdowns", "Only place, class, channel and month are known.");
        }
        return breakdowns;
    }

    private static bool MarkOf(YamlFields fields)
    {
        var mark = fields.Optional("marks-demo");
        if (mark is not (null or "true" or "false"))
        {
            fields.Wrong("marks-demo", "Must be true or false.");
        }
        return mark == "true";
    }

    // Thirty days are only kept day by day for distinct keys; a register has no span, only a state.
    private static void CheckSpan(YamlFields fields, Definition definition)
    {
        if (definition.Numerator is null || definition.Span is not Span.Rolling30Days)
        {
            return;
        }
        if (definition.Measures.Any(m =>
            m.Aggregate is not Aggregate.CountDistinct && m.Selection.Origin is not Origin.Register))
        {
            fields.Wrong("period", "Only distinct counts and registers can be asked over 30 days.");
        }
    }

    private Measure? MeasureOf(YamlFields parent, string name)
    {
        if (parent.Inner(name) is not { } fields)
        {
            return null;
        }
        var origin = fields.Required("over", "transfers", "facts", "register") switch
        {
            "transfers" => Origin.Transfers,
            "facts" => Origin.Facts,
            _ => Origin.Register,
        };
        var aggregate = fields.Required("measure", "sum", "count", "count-distinct") switch
        {
            "sum" => Aggregate.Sum,
            "count-distinct" => Aggregate.CountDistinct,
            _ => Aggregate.Count,
        };
        var measure = origin is Origin.Transfers
            ? OverTransfers(fields, aggregate)
            : OverFacts(fields, origin, aggregate);
        fields.RefuseUnknown();
        return measure;
    }

    private static Measure OverTransfers(YamlFields fields, Aggregate aggregate)
    {
        var where = fields.Lists("where");
        foreach (var asked in where.Keys.Where(f => !TransferFields.Contains(f)))
        {
            fields.Wrong("where", $"A transfer has no field {asked} to ask about.");
        }
        if (where.TryGetValue("kind", out var kinds) && kinds.Any(k => !TransferKinds.Contains(k)))
        {
            fields.Wrong("where", "Only post and capture move money; what is reversed is subtracted by itself.");
        }
        var field = fields.Optional("field");
        if (aggregate is Aggregate.CountDistinct ? field != "reference" : field is not (null or "amount"))
        {
            fields.Wrong("field", "Of transfers, amount is summed and reference is counted as distinct.");
        }
        var distinct = aggregate is Aggregate.CountDistinct ? "reference" : null;
        return new Measure(aggregate, Name(new Selection("", Origin.Transfers, "", "amount", null, distinct, "postedAt",
            null, new Dictionary<string, string> { ["place"] = "place", ["channel"] = "channel" },
            Except(where), [], null)), Only(where));
    }

    private Measure OverFacts(YamlFields fields, Origin origin, Aggregate aggregate)
    {
        var fact = fields.Required("fact");
        var field = fields.Optional("field");
        var (key, at, receipt) = (fields.Optional("key"), fields.Required("at"), fields.Optional("receipt"));
        var (where, has, dimensions) = (fields.Lists("where"), fields.Strings("has"), fields.Texts("dimensions"));
        var less = LessOf(fields);
        if (schemas is not null && !schemas.Knows(fact))
        {
            fields.Wrong("fact", $"There is no fact {fact}; known are: {string.Join(", ", schemas.Names)}.");
        }
        else
        {
            Check("field", field);
            Check("key", key);
            Check("at", at);
            Check("receipt", receipt);
            where.Keys.ToList().ForEach(name => Check("where", name));
            has.ToList().ForEach(name => Check("has", name));
            dimensions.Values.ToList().ForEach(name => Check("dimensions", name));
        }
        foreach (var dimension in dimensions.Keys.Where(d => !Dimensions.Contains(d)))
        {
            fields.Wrong("dimensions", $"There is no dimension {dimension}.");
        }
        if (aggregate is not Aggregate.Count && field is null)
        {
            fields.Wrong("field", "Say which field is summed or counted as distinct.");
        }
        if (schemas is not null && aggregate is Aggregate.Sum && field is not null && schemas.Has(fact, field)
            && !schemas.IsWhole(fact, field))
        {
            fields.Wrong("field", $"{field} is not a whole number.");
        }
        if (key is null && (origin is Origin.Register || less is not null))
        {
            fields.Wrong("key", "A register, and what can be withdrawn, needs a key.");
        }
        if (origin is Origin.Register && (aggregate is not Aggregate.Count || less is not null))
        {
            fields.Wrong("measure", "In a register states are counted, and nothing is withdrawn.");
        }
        var distinct = aggregate is Aggregate.CountDistinct ? field : null;
        // A field that a dimension holds is asked about in the sums, so that measures can share their rows.
        var shared = dimensions.Where(d => where.ContainsKey(d.Value)).ToDictionary(d => d.Key, d => where[d.Value]);
        return new Measure(aggregate, Name(new Selection("", origin, fact, distinct is null ? field : null, key,
            distinct, at, receipt, dimensions,
            where.Where(w => !dimensions.ContainsValue(w.Key)).ToDictionary(), has, less)),
            shared);

        void Check(string name, string? asked)
        {
            if (schemas is not null && asked is not null && !schemas.Has(fact, asked))
            {
                fields.Wrong(name, $"{fact} has no field {asked}.");
            }
        }
    }

    private Withdrawing? LessOf(YamlFields fields)
    {
        if (fields.Inner("less") is not { } less)
        {
            return null;
        }
        var (fact, key) = (less.Required("fact"), less.Required("key"));
        if (schemas is not null && !schemas.Has(fact, key))
        {
            less.Wrong("key", $"There is no fact {fact} with a field {key}.");
        }
        less.RefuseUnknown();
        return new Withdrawing(fact, key);
    }

    private static Dictionary<string, IReadOnlyList<string>> Only(Dictionary<string, IReadOnlyList<string>> where) =>
        where.Where(w => Dimensions.Contains(w.Key)).ToDictionary();

    private static Dictionary<string, IReadOnlyList<string>> Except(Dictionary<string, IReadOnlyList<string>> where) =>
        where.Where(w => !Dimensions.Contains(w.Key)).ToDictionary();

    private static Selection Name(Selection s) => s with
    {
        Key = Digest(string.Join('|', s.Origin, s.Fact, s.Amount, s.KeyField, s.Distinct, s.At, s.Receipt,
            string.Join(';', s.Dimensions.OrderBy(d => d.Key, StringComparer.Ordinal)
                .Select(d => $"{d.Key}={d.Value}")),
            Render(s.Where), string.Join(',', s.Has.Order(StringComparer.Ordinal)), s.Less)),
    };

    private static string Render(IReadOnlyDictionary<string, IReadOnlyList<string>> lists) =>
        string.Join(';', lists.OrderBy(l => l.Key, StringComparer.Ordinal)
            .Select(l => $"{l.Key}={string.Join(',', l.Value.Order(StringComparer.Ordinal))}"));

    private static string Digest(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))).AsSpan(0, 16).ToString();
}
