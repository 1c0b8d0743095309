using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Journeys.Tests.Journeys;

/// <summary>One person proposes, another decides, and what is decided holds at once.</summary>
public sealed class FourEyesJourney(Browser browser)
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_board_proposes_a_rate_and_a_treasurer_sees_what_it_changes_and_approves(Engine engine)
    {
        await using var town = await Town.Open(engine);
        var board = await browser.Open(town.Address, 360);
        await board.SignIn(town.Manager);
        var tariffs = $"/markets/{town.MarketId}/tariffs";
        await board.GotoAsync(tariffs);
        await board.FillAsync("#pricePerMeasure", "52.000");
        await board.FillAsync("#validFrom", $"{Town.Today.AddDays(10):yyyy-MM-dd}");
        await board.FillAsync("#legalBasis", "Quyết định số 30/2026/QĐ-UBND");
        await board.FillAsync("#reason", "Mức thu mới của tỉnh");
        await board.Press("Đề nghị mức thu");
        await board.Says("Đang chờ người khác duyệt");
        Assert.Equal(0, await board.Locator("button[value=approve]").CountAsync());
        await board.GotoAsync(tariffs);
        Assert.DoesNotContain(Words.Dong(52_000), await board.Words(), StringComparison.Ordinal);

        var treasury = await browser.Open(town.Address);
        await treasury.SignIn(town.Treasurer);
        await treasury.GotoAsync("/approvals");
        await treasury.Press("Đặt mức thu");
        var shown = await treasury.Words();
        Assert.Contains(Words.Dong(48_000), shown, StringComparison.Ordinal);
        Assert.Contains(Words.Dong(52_000), shown, StringComparison.Ordinal);
        Assert.Contains("Mức thu mới của tỉnh", shown, StringComparison.Ordinal);
        await treasury.Press("Từ chối");
        Assert.StartsWith("Ý kiến: ", Assert.Single(await treasury.Errors()), StringComparison.Ordinal);
        await treasury.Press("Duyệt và thực hiện");
        await treasury.Says("Đã thực hiện");

        await board.GotoAsync(tariffs);
        await board.Says(Words.Dong(52_000));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Two_administrators_give_an_officer_a_role_which_opens_doors_at_once(Engine engine)
    {
        await using var town = await Town.Open(engine);
        var second = await town.Employ("quantri2", Roles.Administrator, Units.Province);
        var officer = await town.Employ("canbo", Roles.Citizen, Units.Province);
        var visit = await browser.Open(town.Address);
        await visit.SignIn(officer);
        await visit.GotoAsync("/markets");
        await visit.Says("không có quyền");

        var first = await browser.Open(town.Address);
        await first.SignIn(town.Administrator);
        await first.GotoAsync($"/people/{Ids.From("journeys.person", officer.UserName)}");
        await first.SelectOptionAsync("#role", Roles.Leader);
        await first.SelectOptionAsync("#unit", Units.Province);
        await first.FillAsync("#reason", "Bổ nhiệm");
        await first.Press("Đề nghị giao vai trò");
        await first.Says("Đang chờ người khác duyệt");

        var approver = await browser.Open(town.Address);
        await approver.SignIn(second);
        await approver.GotoAsync("/approvals");
        await approver.Press("Giao vai trò");
        await approver.Press("Duyệt và thực hiện");
        await approver.Says("Đã thực hiện");

        await visit.GotoAsync("/markets");
        await visit.Says(Town.MarketName);
    }
}
