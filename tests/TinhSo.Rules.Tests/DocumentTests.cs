using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Rules;

/// <summary>What the documents say of the code is what the code says.</summary>
public sealed partial class DocumentTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Fact]
    public void Every_fact_has_a_schema_and_every_schema_a_fact()
    {
        var facts = Tree.Modules.SelectMany(m => m.GetExportedTypes())
            .Where(t => t.IsAssignableTo(typeof(IFact)) && !t.IsInterface)
            .ToDictionary(t => (string)t.GetProperty(nameof(IFact.Name))!.GetValue(null)!);
        foreach (var (name, type) in facts)
        {
            Tree.AssertCommitted($"docs/facts/{name}.json", SchemaOf(type));
        }
        Assert.Equal(facts.Keys.Order(), Names("docs/facts", ".json").Order());
    }

    [Fact]
    public void Every_refusal_has_a_page_and_every_page_a_refusal()
    {
        var codes = Tree.Modules.Append(typeof(Refusal).Assembly).SelectMany(m => m.GetTypes())
            .Where(t => t.Name.EndsWith("Refusals", StringComparison.Ordinal))
            .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.Public))
            .Where(f => f.FieldType == typeof(Refusal))
            .Select(f => ((Refusal)f.GetValue(null)!).Code);
        Assert.Equal(codes.Order(), Names("docs/problems", ".md").Order());
    }

    [Fact]
    public async Task The_api_document_is_the_committed_one_and_says_what_each_route_does()
    {
        await using var app = new TestApp(Engine.Sqlite);
        var text = await app.CreateClient().GetStringAsync("/openapi/v1.json", Stop);
        var document = JsonNode.Parse(text)!;

        Assert.StartsWith("3.1", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        var silent = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
            .Where(method => string.IsNullOrEmpty(method.Value!["summary"]?.GetValue<string>()))
            .Select(method => $"{method.Key} {path.Key}"));
        Assert.Empty(silent);
        Tree.AssertCommitted("docs/openapi.json", document.ToJsonString(Indented) + "\n");
    }

    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        foreach (var file in Tree.Files.Where(f => f.EndsWith(".md", StringComparison.Ordinal)))
        {
            foreach (var link in Link().Matches(File.ReadAllText(Tree.PathOf(file))).Select(m => m.Groups[1].Value))
            {
                if (!link.Contains("://", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal))
                {
                    var target = Path.Combine(Path.GetDirectoryName(Tree.PathOf(file))!, link);
                    Assert.True(Path.Exists(target), $"{file} links to {link}, which is not there.");
                }
            }
        }
    }

    private static string SchemaOf(Type fact)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            NumberHandling = JsonNumberHandling.Strict,
            TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        };
        var schema = options.GetJsonSchemaAsNode(fact, new() { TreatNullObliviousAsNonNullable = true });
        return schema.ToJsonString(Indented) + "\n";
    }

    private static IEnumerable<string> Names(string folder, string ending) =>
        Directory.GetFiles(Tree.PathOf(folder), $"*{ending}").Select(f => Path.GetFileName(f)[..^ending.Length]);

    [GeneratedRegex(@"\]\(([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
