using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger;
using TinhSo.Payments.Settlements;
using TinhSo.Payments.Tests.Statements;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Settlements;

public sealed class PartnerTests
{
    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_partner_is_registered_once_and_its_code_unit_and_kind_stay(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        using var cashier = app.Cashier();
        var id = app.NewId();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => cashier.SetPartner(id, PartnerScene.Order())));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        var partner = Assert.Single(await app.Tables(db => db.Partners.AsNoTracking().ToListAsync(Stop)));
        Assert.Equal((PartnerScene.Code, PartnerKind.Card, "province"), (partner.Code, partner.Kind, partner.Unit));
        Assert.Equal("partner", (await app.Ledger.Find(PartnerScene.Owes, Stop))!.Kind);
        Assert.Equal("payments.id-used-differently",
            (await (await cashier.SetPartner(id, PartnerScene.Order(kind: "wallet"))).Told()).Code);
        Assert.Equal("ok", (await (await cashier.SetPartner(id, PartnerScene.Order(activeTo: "2026-11-30"))).Told()).Code);
        var listed = await cashier.GetFromJsonAsync<JsonElement>("/api/v1/payments/partners", Stop);
        Assert.Equal("2026-11-30", Assert.Single(listed.EnumerateArray()).GetProperty("activeTo").GetString());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_wrong_with_a_partner_is_named_by_its_field(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        using var cashier = app.Cashier();
        await app.Partner();

        var wrong = await (await cashier.SetPartner(app.NewId(), new
        {
            code = "Viết Hoa",
            nameVi = "",
            nameEn = new string('x', 101),
            kind = "cash",
            unit = "đâu đó",
            activeFrom = "2026-11-10",
            activeTo = "2026-11-09",
        })).Told();

        Assert.Equal("kernel.invalid", wrong.Code);
        Assert.All((string[])["code", "nameVi", "nameEn", "kind", "unit", "activeTo"],
            field => Assert.Contains($"\"{field}\"", wrong.Detail, StringComparison.Ordinal));
        Assert.Contains("\"code\"", (await (await cashier.SetPartner(app.NewId(), PartnerScene.Order())).Told()).Detail,
            StringComparison.Ordinal);
        Assert.Contains("\"id\"", (await (await cashier.SetPartner(Guid.Empty, PartnerScene.Order("khac"))).Told()).Detail,
            StringComparison.Ordinal);
        Assert.Equal(1, await app.Tables(db => db.Partners.CountAsync(Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_stranger_sees_no_partner_and_no_file_and_changes_none(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var point = await app.Point(await app.Payee());
        var partner = await app.Partner(unit: Scene.Unit);
        using var cashier = app.Cashier();
        using var sent = await cashier.SendRows(partner, new Row("A1", point.Code, 5_000));
        var file = (await sent.Json()).GetProperty("id").GetGuid();
        using var stranger = app.As("nguoi khac", "payments.statements@market:other", "payments.partners@market:other",
            "payments.partner-files@market:other");
        using var reader = app.As("kiem toan", $"payments.statements@{Scene.Unit}");
        using var nobody = app.As("khong quyen", "payments.suspense@province");

        Assert.Empty((await stranger.GetFromJsonAsync<JsonElement>("/api/v1/payments/partners", Stop)).EnumerateArray());
        Assert.Empty((await stranger.GetFromJsonAsync<JsonElement>(PartnerScene.Files, Stop)).GetProperty("items").EnumerateArray());
        foreach (var address in (string[])["", "/lines", "/faults"])
        {
            Assert.Equal(HttpStatusCode.NotFound, await stranger.Status($"{PartnerScene.Files}/{file}{address}"));
            Assert.Equal(HttpStatusCode.OK, await reader.Status($"{PartnerScene.Files}/{file}{address}"));
            Assert.Equal(HttpStatusCode.Forbidden, await nobody.Status($"{PartnerScene.Files}/{file}{address}"));
        }
        Assert.Equal(HttpStatusCode.NotFound, await stranger.Status($"/payments/partner-files/{file}/faults.csv"));
        Assert.Equal("kernel.not-found", (await (await stranger.SendRows(partner, new Row("A2", "", 1))).Told()).Code);
        Assert.Equal("kernel.not-found",
            (await (await stranger.SetPartner(partner, PartnerScene.Order(unit: "market:other"))).Told()).Code);
        Assert.Equal("kernel.forbidden", (await (await stranger.SetPartner(app.NewId(), PartnerScene.Order("la"))).Told()).Code);
        foreach (var act in (string[])["confirm", "discard"])
        {
            var body = new { onlyGoodLines = true };
            Assert.Equal("kernel.not-found", (await (await stranger.PostJson($"{PartnerScene.Files}/{file}/{act}", body)).Told()).Code);
            using var refused = await reader.PostJson($"{PartnerScene.Files}/{file}/{act}", body);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }
        await app.Runner().RunAll(Stop);
        Assert.Equal("checked", (await app.File(file)).GetProperty("state").GetString());
        Assert.Equal(0, await app.Tables(db => db.Notices.CountAsync(Stop)));
    }

    [Fact]
    public void Each_kind_counts_by_a_channel_of_the_ledger()
    {
        var channels = Enum.GetValues<PartnerKind>().Select(kind => new PartnerAccount("a", "province", kind).Channel);

        Assert.Equal([Channels.Card, Channels.Wallet, Channels.Counter], channels);
        Assert.DoesNotContain(Channels.Cash, channels);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_schema_that_is_published_is_the_one_files_are_read_by(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        using var cashier = app.Cashier();

        var schema = await cashier.GetFromJsonAsync<JsonElement>($"{PartnerScene.Files}/schema", Stop);

        Assert.Equal(PartnerScene.Header, string.Join(',', schema.EnumerateArray().Select(one => one.GetProperty("name").GetString())));
        Assert.Equal([true, true, true, true, true, false],
            schema.EnumerateArray().Select(one => one.GetProperty("isNeeded").GetBoolean()));
        Assert.All(schema.EnumerateArray().Zip((string[])["A-1", "", "5000", "0", PartnerScene.At, "T-01"]), one =>
            Assert.Matches($"^(?:{one.First.GetProperty("pattern").GetString()})$", one.Second));
    }
}
