using System.Globalization;
using TinhSo.Kernel;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TinhSo.Indicators.Definitions;

/// <summary>Reads one mapping of a YAML file, and names each field at fault with its line.</summary>
internal sealed class YamlFields
{
    private readonly YamlMappingNode node;
    private readonly string path;
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly List<BadRow> errors;

    private YamlFields(string file, string path, YamlMappingNode node, List<BadRow> errors)
    {
        File = file;
        this.path = path;
        this.node = node;
        this.errors = errors;
    }

    public string File { get; }

    public int Line => (int)node.Start.Line;

    /// <summary>The top of a file, or null when it is no YAML mapping; the reason is then among the errors.</summary>
    public static YamlFields? Parse(string file, string text, List<BadRow> errors)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            if (yaml.Documents.Count == 1 && yaml.Documents[0].RootNode is YamlMappingNode root)
            {
                return new YamlFields(file, "", root, errors);
            }
            errors.Add(new BadRow(file, 1, "", "The file must hold one mapping."));
        }
        catch (YamlException wrong)
        {
            errors.Add(new BadRow(file, (int)wrong.Start.Line, "", $"Not YAML: {wrong.Message}"));
        }
        return null;
    }

    public string Required(string field, params IReadOnlyList<string> choices)
    {
        var value = Optional(field);
        if (value is null)
        {
            Wrong(field, "This field is needed.");
            return "";
        }
        if (choices.Count > 0 && !choices.Contains(value))
        {
            Wrong(field, $"Must be one of: {string.Join(", ", choices)}.");
        }
        return value;
    }

    public string? Optional(string field) => Child(field) switch
    {
        null => null,
        YamlScalarNode { Value.Length: > 0 } scalar => Words.Clean(scalar.Value!),
        _ => Null(field, "Must be a text."),
    };

    public decimal Number(string field, decimal otherwise)
    {
        var typed = Optional(field);
        if (typed is null)
        {
            return otherwise;
        }
        if (!decimal.TryParse(typed, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var number))
        {
            Wrong(field, "Must be a number.");
        }
        return number;
    }

    public Text RequiredText(string field)
    {
        if (Inner(field) is not { } words)
        {
            Wrong(field, "This field is needed, in vi and en.");
            return new Text("", "");
        }
        var text = new Text(words.Required("vi"), words.Required("en"));
        words.RefuseUnknown();
        return text;
    }

    public Text? OptionalText(string field) => Child(field) is null ? null : RequiredText(field);

    public IReadOnlyList<string> Strings(string field)
    {
        switch (Child(field))
        {
            case null:
                return [];
            case YamlSequenceNode sequence when sequence.Children.All(c => c is YamlScalarNode { Value.Length: > 0 }):
                return [.. sequence.Children.Cast<YamlScalarNode>().Select(c => c.Value!)];
            default:
                Wrong(field, "Must be a list of texts.");
                return [];
        }
    }

    /// <summary>A mapping of lists, such as <c>{channel: [vietqr, cash]}</c>.</summary>
    public Dictionary<string, IReadOnlyList<string>> Lists(string field)
    {
        var lists = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (Inner(field) is { } inner)
        {
            foreach (var name in inner.Names())
            {
                lists[name] = inner.Strings(name);
            }
        }
        return lists;
    }

    /// <summary>A mapping of texts, such as <c>{place: place}</c>.</summary>
    public Dictionary<string, string> Texts(string field)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Inner(field) is { } inner)
        {
            foreach (var name in inner.Names())
            {
                texts[name] = inner.Required(name);
            }
        }
        return texts;
    }

    public YamlFields? Inner(string field) => Child(field) switch
    {
        null => null,
        YamlMappingNode mapping => new YamlFields(File, $"{path}{field}.", mapping, errors),
        _ => NoFields(field),
    };

    public IReadOnlyList<YamlFields> Items(string field)
    {
        if (Child(field) is YamlSequenceNode sequence && sequence.Children.All(c => c is YamlMappingNode))
        {
            return [.. sequence.Children.Cast<YamlMappingNode>()
                .Select((item, index) => new YamlFields(File, $"{path}{field}[{index}].", item, errors))];
        }
        Wrong(field, "Must be a list of mappings.");
        return [];
    }

    public void Wrong(string field, string what)
    {
        var line = node.Children.FirstOrDefault(c => c.Key is YamlScalarNode key && key.Value == field).Key?.Start.Line;
        errors.Add(new BadRow(File, (int)(line ?? node.Start.Line), path + field, what));
    }

    /// <summary>Names every field that nobody asked for.</summary>
    public void RefuseUnknown()
    {
        foreach (var name in Names().Where(name => !known.Contains(name)))
        {
            Wrong(name, "There is no such field.");
        }
    }

    private List<string> Names() =>
        [.. node.Children.Keys.Select(k => (k as YamlScalarNode)?.Value ?? "").Where(k => k != "")];

    private YamlNode? Child(string field)
    {
        known.Add(field);
        return node.Children.TryGetValue(new YamlScalarNode(field), out var child) ? child : null;
    }

    private string? Null(string field, string what)
    {
        Wrong(field, what);
        return null;
    }

    private YamlFields? NoFields(string field)
    {
        Wrong(field, "Must be a mapping.");
        return null;
    }
}
