using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests;

public partial class PermissionTests
{
    [Fact]
    public async Task Every_route_says_who_may_open_it_in_words_that_the_table_of_permissions_knows()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var client = app.CreateClient();

        var endpoints = app.Services.GetRequiredService<EndpointDataSource>().Endpoints;
        var needed = endpoints.SelectMany(e => e.Metadata.OfType<IAuthorizeData>(),
            (e, rule) => (e.DisplayName, rule.Policy)).ToList();

        Assert.True(needed.Count > 40, "The sweep sees the routes.");
        Assert.All(needed, rule =>
        {
            Assert.StartsWith(RequiresAttribute.PolicyPrefix, rule.Policy, StringComparison.Ordinal);
            Assert.Contains(rule.Policy![RequiresAttribute.PolicyPrefix.Length..], Permissions.All);
        });
    }

    [Fact]
    public void Every_permission_that_a_use_case_asks_for_is_in_the_table()
    {
        var asked = SourceFiles()
            .SelectMany(file => AskedFor().Matches(File.ReadAllText(file)), (_, match) => match.Groups[1].Value)
            .Distinct(StringComparer.Ordinal).ToList();

        Assert.True(asked.Count > 10, "The sweep sees the source.");
        Assert.All(asked, name => Assert.Contains(name, Permissions.All));
    }

    [Fact]
    public void Who_approves_money_that_leaves_is_a_treasurer_and_who_sets_the_platform_up_handles_none()
    {
        Assert.All(Permissions.All.Except(["ledger.post"]),
            permission => Assert.Contains(Roles.All, role => Permissions.Allows(role, permission)));
        Assert.False(Permissions.Allows(Roles.MarketManager, "payments.refund-approve"));
        Assert.False(Permissions.Allows(Roles.Administrator, "payments.cash"));
        Assert.False(Permissions.Allows(Roles.Administrator, "payments.refund"));
        Assert.False(Permissions.Allows(Roles.Treasurer, "no.such-permission"));
        Assert.False(Permissions.Allows("no-such-role", "payments.read"));
    }

    [Fact]
    public void To_the_ledger_only_systems_post_by_themselves_and_no_system_approves_or_gives_rights()
    {
        Assert.DoesNotContain(Roles.All, role => Permissions.Allows(role, "ledger.post"));
        Assert.All(Permissions.Scopes, scope => Assert.Contains(scope, Permissions.All));
        Assert.DoesNotContain(Permissions.Scopes, scope => scope.EndsWith("-approve", StringComparison.Ordinal)
            || scope.StartsWith("identity.", StringComparison.Ordinal) || scope.StartsWith("account.", StringComparison.Ordinal));
        Assert.All(Permissions.Scopes.Where(scope => scope.StartsWith("ledger.", StringComparison.Ordinal)),
            scope => Assert.True(Permissions.IsOfTheWholeProvince(scope)));
    }

    private static IEnumerable<string> SourceFiles()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "TinhSo.slnx")))
        {
            root = root.Parent!;
        }
        return Directory.EnumerateFiles(Path.Combine(root.FullName, "src", "Modules"), "*.*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal)
                || file.EndsWith(".razor", StringComparison.Ordinal));
    }

    [GeneratedRegex("(?:May|UnitsFor|Requires)\\(\"([a-z.-]+)\"")]
    private static partial Regex AskedFor();
}
