using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;

namespace TinhSo.Rules;

/// <summary>What a module may know of others, and others of it; pure, so that a test can show it to fail.</summary>
internal static partial class Boundaries
{
    /// <summary>Which module may know which: the one place that says so. Docs show the same map.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> MayKnow = new Dictionary<string, string[]>
    {
        ["TinhSo.Places"] = [],
        ["TinhSo.Identity"] = [],
        ["TinhSo.Privacy"] = ["TinhSo.Identity"],
        ["TinhSo.Ledger"] = [],
        ["TinhSo.Payments"] = ["TinhSo.Ledger", "TinhSo.Places"],
        ["TinhSo.Billing"] = ["TinhSo.Identity", "TinhSo.Payments", "TinhSo.Places"],
        ["TinhSo.Markets"] = ["TinhSo.Billing", "TinhSo.Identity", "TinhSo.Payments", "TinhSo.Places"],
        ["TinhSo.Indicators"] = ["TinhSo.Ledger", "TinhSo.Places"],
    };

    private static readonly string[] SharedGround = ["TinhSo.Kernel", "TinhSo.Design"];

    private static readonly string[] ForbiddenSuffixes =
        ["Manager", "Helper", "Util", "Utils", "Service", "Processor", "Dto", "Impl", "Base", "Info", "Data"];

    /// <summary>The references of a module to parts of TinhSo that it may not know.</summary>
    public static IEnumerable<string> ForbiddenReferences(string module, IEnumerable<string> references) =>
        references.Where(r => r.StartsWith("TinhSo.", StringComparison.Ordinal)
            && !SharedGround.Contains(r) && !MayKnow[module].Contains(r));

    /// <summary>The public types outside a module's root namespace; components must be public.</summary>
    public static IEnumerable<Type> LeakedTypes(string module, IEnumerable<Type> exported) =>
        exported.Where(type => type.Namespace != module && !type.IsAssignableTo(typeof(IComponent)));

    /// <summary>Classes open to inheritance although nothing says so, and those whose name says nothing.</summary>
    public static IEnumerable<string> BadClasses(Assembly assembly)
    {
        foreach (var type in assembly.GetTypes().Where(t => IsOwn(t) && t is { IsClass: true, IsNested: false }))
        {
            if (type is { IsSealed: false, IsAbstract: false } && !type.IsAssignableTo(typeof(IComponent)))
            {
                yield return $"{type.FullName} is neither sealed nor abstract";
            }
            if (Array.Exists(ForbiddenSuffixes, s => type.Name.EndsWith(s, StringComparison.Ordinal)))
            {
                yield return $"{type.FullName} has a name that says nothing";
            }
        }
    }

    /// <summary>The tables that a script names and that are not its module's own.</summary>
    public static IEnumerable<string> ForeignTables(string module, string sql)
    {
        var prefix = $"{module["TinhSo.".Length..].ToLowerInvariant()}_";
        var code = Comment().Replace(sql, "");
        return Table().Matches(code).Select(match => match.Groups[1].Value)
            .Where(table => !table.StartsWith(prefix, StringComparison.Ordinal));
    }

    private static bool IsOwn(Type type) =>
        type.Namespace?.StartsWith("TinhSo", StringComparison.Ordinal) is true
        && !type.Name.Contains('<', StringComparison.Ordinal) && type.Name != "_Imports";

    [GeneratedRegex(@"--[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b(?:create table|insert into|references|join|update|alter table)\s+([a-z_]+)")]
    private static partial Regex Table();
}
