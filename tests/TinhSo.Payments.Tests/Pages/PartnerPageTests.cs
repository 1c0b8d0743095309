using System.Net;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Settlements;
using TinhSo.Payments.Tests.Settlements;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Pages;

/// <summary>From a partner's registration to the payments of its file, on pages without script.</summary>
public sealed class PartnerPageTests
{
    private const string Partners = "/payments/partners";
    private const string Files = "/payments/partner-files";

    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task An_officer_registers_a_partner_checks_its_file_and_has_the_good_lines_booked(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        using var cashier = app.Cashier();
        Assert.Contains("Chưa có đối tác nào", await cashier.Page(Partners), StringComparison.Ordinal);

        using var wrong = await StatementPageTests.Send(cashier, Partners, "partner", null, ("code", "Mã"), ("kind", "Card"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var made = await StatementPageTests.Send(cashier, Partners, "partner", null, ("code", "ngan-hang-the"),
            ("kind", "Card"), ("unit", "province"), ("nameVi", "Ngân hàng thẻ"), ("nameEn", "Card bank"),
            ("activeFrom", "2026-11-01"));
        var partner = await app.Tables(db => db.Partners.AsNoTracking().SingleAsync(Stop));
        using var changed = await StatementPageTests.Send(cashier, $"{Partners}?id={partner.Id}", "partner", null,
            ("nameVi", "Ngân hàng thẻ Hạ Long"), ("nameEn", "Card bank"), ("activeFrom", "2026-11-01"));
        Assert.Contains("Ngân hàng thẻ Hạ Long", await cashier.Page(Files), StringComparison.Ordinal);

        var table = PartnerScene.Table(new Row("A1", request.Code, 130_000, 900), new Row("A2", "", 0));
        (string, string)[] said = [("partnerId", $"{partner.Id}"), ("day", PartnerScene.Day), ("lines", "2")];
        using var differs = await StatementPageTests.Send(cashier, Files, "upload", table, [.. said, ("total", "1")]);
        Assert.Equal(HttpStatusCode.BadRequest, differs.StatusCode);
        Assert.Contains("130.000", await differs.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var sent = await StatementPageTests.Send(cashier, Files, "upload", table, [.. said, ("total", "130.000")]);
        var file = await app.Tables(db => db.PartnerFiles.AsNoTracking().SingleAsync(Stop));
        var address = $"{Files}/{file.Id}";
        var preview = await cashier.Page(address);
        Assert.Contains("Chỉ ghi nhận 1 dòng đúng", preview, StringComparison.Ordinal);
        Assert.Contains("faults.csv", preview, StringComparison.Ordinal);
        Assert.Empty(await app.Paid());

        using var confirmed = await StatementPageTests.Send(cashier, address, "confirm", null, ("only", "good"));
        Assert.Contains("hx-trigger=\"every 1s\"", await cashier.Page(address), StringComparison.Ordinal);
        await app.Runner().RunAll(Stop);
        await app.Follow();

        var shown = await cashier.Page(address);
        Assert.Contains("Đã xong", shown, StringComparison.Ordinal);
        Assert.Contains("Đã trả, phần chuyển thừa chờ xử lý", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("_handler", shown, StringComparison.Ordinal);
        var payment = Assert.Single(await app.Paid());
        using var payer = app.Anyone();
        Assert.Contains("Thẻ tại máy POS", await payer.Page($"/receipt/{payment.ReceiptCode}"), StringComparison.Ordinal);
        using var officer = app.As("ke toan", "payments.suspense@province");
        Assert.Contains("Tệp của đối tác ngan-hang-the",
            await officer.Page($"/payments/suspense/{Assert.Single(await app.Items()).Id}"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_reads_finds_no_form_and_a_stranger_no_file(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var partner = await app.Partner(unit: Scene.Unit);
        using var cashier = app.Cashier();
        (await cashier.SendRows(partner, new Row("A1", "", 5_000))).EnsureSuccessStatusCode();
        var file = await app.Tables(db => db.PartnerFiles.AsNoTracking().SingleAsync(Stop));
        using var reader = app.As("kiem toan", $"payments.statements@{Scene.Unit}");
        using var stranger = app.As("nguoi khac", "payments.statements@market:other");

        foreach (var address in (string[])[Partners, Files, $"{Files}/{file.Id}"])
        {
            Assert.DoesNotContain("_handler", await reader.Page(address), StringComparison.Ordinal);
        }
        Assert.Contains(PartnerScene.Code, await reader.Page(Files), StringComparison.Ordinal);
        Assert.DoesNotContain(PartnerScene.Code, await stranger.Page(Files), StringComparison.Ordinal);
        Assert.DoesNotContain(PartnerScene.Code, await stranger.Page(Partners), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await stranger.Status($"{Files}/{file.Id}"));
        Assert.Equal(HttpStatusCode.NotFound, await reader.Status($"{Files}/{app.NewId()}"));
        using var discarded = await StatementPageTests.Send(cashier, $"{Files}/{file.Id}", "discard");
        Assert.Equal(PartnerFileState.Discarded,
            await app.Tables(db => db.PartnerFiles.Select(one => one.State).SingleAsync(Stop)));
    }
}
