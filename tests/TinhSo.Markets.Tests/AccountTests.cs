using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TinhSo.Billing;
using TinhSo.Identity;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;
using static TinhSo.Markets.Tests.MarketWorld;

namespace TinhSo.Markets.Tests;

/// <summary>Where a market's money goes is changed by two people, in every module at once or in none.</summary>
public class AccountTests
{
    private static readonly string Account = $"/api/v1/markets/{MarketId}/account";

    private static readonly object Another =
        new { bankBin = "970415", accountNumber = "0022", accountName = "BQL CHO HA LONG", reason = "Đổi ngân hàng" };

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task The_first_account_is_set_at_once_and_another_one_when_a_treasurer_has_approved_it(Engine engine)
    {
        await using var world = await Start(engine);
        await world.MakeBillable();
        using var treasurer = await world.App.SignedIn(Roles.Treasurer, Units.Province);
        using var browser = await world.App.Browser(Roles.MarketManager, Unit);
        var before = await PaidTo(world);
        Assert.NotNull(before);

        Assert.Equal(["reason"], (await world.Manager.Refused(Account,
            new { bankBin = "970415", accountNumber = "0022", accountName = "BQL CHO HA LONG" })).Fields);
        var proposal = await world.Manager.Do(Account, Another);
        Assert.Equal("waiting", proposal.GetProperty("state").GetString());
        Assert.Equal(before, await PaidTo(world));
        Assert.Equal("identity.same-person", (await world.Manager.Refused(Approve(proposal), new { })).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await world.Admin.Refused(Approve(proposal), new { })).Status);

        await treasurer.Do(Approve(proposal), new { });
        Assert.NotEqual(before, await PaidTo(world));
        Assert.Contains("0022", await browser.Page($"/markets/{MarketId}/edit"), StringComparison.Ordinal);
        // The list names the market, and only who decides sees the number.
        Assert.DoesNotContain("0022", await browser.Page("/approvals?view=mine"), StringComparison.Ordinal);
        Assert.Contains("0022", await browser.Page($"/approvals/{proposal.GetProperty("id").GetGuid()}"), StringComparison.Ordinal);

        // The account that is there already is no change, and takes nobody's approval.
        var same = await world.Manager.Do(Account, Another);
        Assert.Equal(MarketId, same.GetProperty("marketId").GetGuid());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task When_one_module_refuses_to_carry_it_out_nothing_of_it_is_kept_in_any(Engine engine)
    {
        await using var world = await Start(engine);
        await world.MakeBillable();
        using var treasurer = await world.App.SignedIn(Roles.Treasurer, Units.Province);
        using var auditor = await world.App.SignedIn(Roles.Auditor, Units.Province);
        var proposal = await world.Manager.Do(Account, Another);
        // Billing will find that its numbers begin otherwise, after Payments has registered who is paid.
        await world.Tables(db => db.Database.ExecuteSqlAsync($"update billing_biller set prefix = 'XX1'", Stop));
        var before = await Rows(world);

        var refused = await treasurer.Refused(Approve(proposal), new { });

        Assert.Equal("billing.prefix-taken", refused.Code);
        Assert.Equal(before, await Rows(world));
        Assert.Equal("waiting", (await treasurer.Get($"/api/v1/approvals/{proposal.GetProperty("id").GetGuid()}"))
            .GetProperty("state").GetString());

        await world.Tables(db => db.Database.ExecuteSqlAsync($"update billing_biller set prefix = 'HL1'", Stop));
        await treasurer.Do(Approve(proposal), new { });
        var why = (await auditor.Get("/api/v1/audit?limit=500")).GetProperty("items").EnumerateArray()
            .Where(entry => entry.GetProperty("why").GetString() == "Đổi ngân hàng")
            .Select(entry => entry.GetProperty("what").GetString()).ToHashSet();
        Assert.Equal(["billing_biller.changed", "identity_proposal.added", "identity_proposal.changed",
            "markets_market.changed", "payments_payee.added"], why.Order(StringComparer.Ordinal));
    }

    private static string Approve(JsonElement proposal) =>
        $"/api/v1/approvals/{proposal.GetProperty("id").GetGuid()}/approve";

    private static async Task<Guid?> PaidTo(MarketWorld world) =>
        (await world.App.With<IBilling, Biller?>(billing => billing.FindBiller(Unit, Stop)))?.PayeeId;

    private static Task<IReadOnlyList<string>> Rows(MarketWorld world) => TestDatabase.Rows(world.App.Database,
        "billing_", "identity_proposal", "markets_", "payments_", "kernel_audit", "kernel_fact");
}
