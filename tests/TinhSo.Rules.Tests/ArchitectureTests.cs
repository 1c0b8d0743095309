using System.Reflection;
using Microsoft.AspNetCore.Components;
using TinhSo.Kernel;

namespace TinhSo.Rules;

/// <summary>The map of modules holds in what was built, and the checks themselves can fail.</summary>
public sealed class ArchitectureTests
{
    public static TheoryData<string> Modules => [.. Tree.Modules.Select(m => m.GetName().Name!)];

    [Fact]
    public void Every_module_is_on_the_map_and_every_place_on_the_map_is_a_module() =>
        Assert.Equal(Boundaries.MayKnow.Keys.Order(), Tree.Modules.Select(m => m.GetName().Name!).Order());

    [Theory, MemberData(nameof(Modules))]
    public void A_module_knows_only_the_modules_it_may(string module) =>
        Assert.Empty(Boundaries.ForbiddenReferences(module,
            Find(module).GetReferencedAssemblies().Select(a => a.Name!)));

    [Theory, MemberData(nameof(Modules))]
    public void Only_the_root_namespace_of_a_module_is_public(string module) =>
        Assert.Empty(Boundaries.LeakedTypes(module, Find(module).GetExportedTypes()));

    [Theory, MemberData(nameof(Modules))]
    public void Classes_are_sealed_and_their_names_say_what_they_are(string module) =>
        Assert.Empty(Boundaries.BadClasses(Find(module)));

    [Theory, MemberData(nameof(Modules))]
    public void No_page_is_drawn_before_all_that_it_shows_is_loaded(string module) =>
        Assert.DoesNotContain(Find(module).GetTypes(), type => type.IsSubclassOf(typeof(ComponentBase))
            && type.GetMethod("OnInitializedAsync", BindingFlags.Instance | BindingFlags.NonPublic)!
                .DeclaringType != typeof(ComponentBase));

    [Theory, MemberData(nameof(Modules))]
    public void A_module_s_scripts_name_only_its_own_tables(string module)
    {
        if (module == "TinhSo.Ledger")
        {
            // The ledger keeps a store of its own, in which every table is its own.
            return;
        }
        foreach (var script in Tree.Files.Where(f => f.StartsWith($"src/Modules/{module}/", StringComparison.Ordinal)
            && f.EndsWith(".sql", StringComparison.Ordinal)))
        {
            Assert.Empty(Boundaries.ForeignTables(module, File.ReadAllText(Tree.PathOf(script))));
        }
    }

    [Fact]
    public void The_check_of_references_finds_a_module_that_knows_another_service() =>
        Assert.Equal(["TinhSo.Indicators"],
            Boundaries.ForbiddenReferences("TinhSo.Markets", ["TinhSo.Kernel", "TinhSo.Billing", "TinhSo.Indicators"]));

    [Fact]
    public void The_check_of_public_types_finds_one_outside_the_root_namespace() =>
        Assert.Equal([typeof(Kernel.Http.Refusal)],
            Boundaries.LeakedTypes("TinhSo.Kernel", [typeof(Text), typeof(Kernel.Http.Refusal)]));

    [Fact]
    public void The_check_of_tables_finds_one_of_another_module() =>
        Assert.Equal(["payments_request"], Boundaries.ForeignTables("TinhSo.Billing",
            "create table billing_bill (id {id} references payments_request (id)); -- join ledger_transfer"));

    [Fact]
    public void The_documents_show_the_same_map()
    {
        var page = File.ReadAllText(Tree.PathOf("docs/architecture.md"));
        foreach (var (module, known) in Boundaries.MayKnow)
        {
            var names = known.Length == 0 ? "–" : string.Join(", ", known.Select(k => $"`{Short(k)}`"));
            Assert.Contains($"| `{Short(module)}` | {names} |", page, StringComparison.Ordinal);
        }
    }

    private static string Short(string module) => module["TinhSo.".Length..];

    private static System.Reflection.Assembly Find(string module) =>
        Tree.Modules.Single(m => m.GetName().Name == module);
}
