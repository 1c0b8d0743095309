using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Payments;
using TinhSo.Testing;
using static TinhSo.Markets.Tests.MarketWorld;

namespace TinhSo.Markets.Tests;

public class StallTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_stall_is_let_signed_and_given_up_and_each_change_is_told_once(Engine engine)
    {
        await using var world = await Start(engine);
        var stall = await world.Stall("A-1", "Hộ An", hasAccount: true);
        var trader = await world.Trader("Hộ An", "931");
        Assert.Equal("markets.stall-is-let", (await world.Manager.Refused($"/api/v1/stalls/{stall}/tenancy",
            new { traderId = await world.Trader("Hộ Bình") })).Code);
        await world.Manager.Do($"/api/v1/stalls/{stall}/tenancy", new { traderId = trader });
        var sign = await world.Manager.Do($"/api/v1/stalls/{stall}/sign");

        await world.Manager.Do($"/api/v1/stalls/{stall}/vacate");
        Assert.Equal("markets.stall-is-vacant", (await world.Manager.Refused($"/api/v1/stalls/{stall}/vacate")).Code);
        Assert.Equal("markets.stall-is-vacant", (await world.Manager.Refused($"/api/v1/stalls/{stall}/sign")).Code);

        var told = await world.Facts("markets.stall-described.v1");
        Assert.Equal([(false, false), (true, false), (true, true), (false, false)], told.Select(f => (
            f.GetProperty("traderId").ValueKind is JsonValueKind.String, f.GetProperty("hasSign").GetBoolean())));
        var tenancy = Assert.Single(await world.Tables(db => db.Tenancies.AsNoTracking().ToListAsync(Stop)));
        Assert.NotNull(tenancy.ValidTo);
        Assert.Equal("revoked", await Verdict(world, sign.GetProperty("payload").GetString()));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Anybody_can_tell_a_sign_that_is_genuine_from_revoked_forged_foreign_and_unreadable_ones(Engine engine)
    {
        await using var world = await Start(engine);
        var stall = await world.Stall("A-1", "Hộ An", hasAccount: true);
        var bare = await world.Stall("A-2", "Hộ không tài khoản");
        Assert.Equal("markets.no-bank-account", (await world.Manager.Refused($"/api/v1/stalls/{bare}/sign")).Code);

        var old = (await world.Manager.Do($"/api/v1/stalls/{stall}/sign")).GetProperty("payload").GetString()!;
        Assert.Equal("genuine", await Verdict(world, $" {old}\n"));
        var sign = await world.Manager.Do($"/api/v1/stalls/{stall}/sign");
        var payload = sign.GetProperty("payload").GetString()!;
        var genuine = VietQr.Decode(payload).Transfer!;

        Assert.Equal("genuine", await Verdict(world, payload));
        Assert.Equal("revoked", await Verdict(world, old));
        Assert.Equal("forged", await Verdict(world, VietQr.Encode(genuine with { Account = "666666" })));
        Assert.Equal("forged", await Verdict(world, VietQr.Encode(genuine with { BankBin = "970418" })));
        Assert.Equal("foreign", await Verdict(world, VietQr.Encode(genuine with { Purpose = "mua hang" })));
        // The right account, yet not what was issued: it may not claim to be the sign.
        Assert.Equal("foreign", await Verdict(world, VietQr.Encode(genuine with { Amount = 5_000 })));
        foreach (var text in new[] { null, "", "hello", "a\0b", payload[..^1], payload.Replace('0', 'O'), new string('0', 5_000) })
        {
            Assert.Equal("unreadable", await Verdict(world, text));
        }
        // A row that was tampered with in the database proves nothing.
        await world.Tables(db => db.Signs.Where(s => s.Payload == payload)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.Signature, "0"), Stop));
        Assert.Equal("foreign", await Verdict(world, payload));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_trader_belongs_to_the_boards_of_the_own_stalls_and_a_new_account_revokes_the_signs(Engine engine)
    {
        await using var world = await Start(engine);
        var stall = await world.Stall("A-1", "Hộ An", hasAccount: true);
        var sign = (await world.Manager.Do($"/api/v1/stalls/{stall}/sign")).GetProperty("payload").GetString()!;
        using var stranger = await world.App.SignedIn(Roles.MarketManager, OtherUnit);
        var trader = Kernel.Ids.From("test.trader", "Hộ An");
        var thief = new
        {
            id = trader,
            name = "Hộ An",
            kind = "household",
            bankBin = "970436",
            accountNumber = "666",
            accountName = "KE GIAN",
        };

        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Refused("/api/v1/traders", thief)).Status);
        Assert.Equal("genuine", await Verdict(world, sign));

        // A new name or phone leaves account and sign as they are.
        await world.Manager.Do("/api/v1/traders", new
        {
            id = trader,
            name = "Hộ Nguyễn Thị An",
            kind = "household",
            phone = "0912345678",
            bankBin = "970436",
            accountNumber = "931",
            accountName = "HO KINH DOANH",
        });
        Assert.Equal("genuine", await Verdict(world, sign));
        var changed = new { thief.id, thief.name, thief.kind, thief.bankBin, accountNumber = "777", accountName = "NGUYEN THI AN" };
        Assert.Equal(["reason"], (await world.Manager.Refused("/api/v1/traders", changed)).Fields);
        var proposal = (await world.Manager.Do("/api/v1/traders",
            Merge(new() { ["reason"] = "Hộ đổi ngân hàng" }, changed))).GetProperty("proposalId").GetGuid();
        Assert.Equal("genuine", await Verdict(world, sign));
        using var treasurer = await world.App.SignedIn(Roles.Treasurer, Units.Province);
        await treasurer.Do($"/api/v1/approvals/{proposal}/approve", new { });
        Assert.Equal("revoked", await Verdict(world, sign));
        Assert.False((await world.Facts("markets.stall-described.v1"))[^1].GetProperty("hasSign").GetBoolean());
        var anew = (await world.Manager.Do($"/api/v1/stalls/{stall}/sign")).GetProperty("payload").GetString()!;
        Assert.Equal("777", VietQr.Decode(anew).Transfer!.Account);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_trader_sees_the_own_money_alone(Engine engine)
    {
        await using var world = await Start(engine);
        var (first, second) = (await world.Stall("A-1", "Hộ An", hasAccount: true), await world.Stall("A-2", "Hộ Bình", hasAccount: true));
        var signs = new List<Guid>();
        foreach (var stall in new[] { first, second })
        {
            signs.Add((await world.Manager.Do($"/api/v1/stalls/{stall}/sign")).GetProperty("id").GetGuid());
        }
        using var an = await world.App.SignedIn(Roles.Trader, Units.Payee(Kernel.Ids.From("test.trader", "Hộ An")));
        using var binh = await world.App.SignedIn(Roles.Trader, Units.Payee(Kernel.Ids.From("test.trader", "Hộ Bình")));

        var sale = new { id = Guid.CreateVersion7(), signId = signs[0], amount = 35_000 };
        var receipt = await an.Do("/api/v1/my/sales", sale);
        Assert.Equal(receipt.GetRawText(), (await an.Do("/api/v1/my/sales", sale)).GetRawText());
        Assert.Equal(HttpStatusCode.NotFound,
            (await binh.Refused("/api/v1/my/sales", sale with { id = Guid.CreateVersion7() })).Status);

        Assert.Equal(35_000, Assert.Single((await an.Get("/api/v1/my/money-in")).EnumerateArray()).GetProperty("amount").GetInt64());
        Assert.Equal(0, (await binh.Get("/api/v1/my/money-in")).GetArrayLength());
        Assert.Equal(first, Assert.Single((await an.Get("/api/v1/my/stalls")).EnumerateArray()).GetProperty("id").GetGuid());
        Assert.Equal(HttpStatusCode.Forbidden, await an.Status($"/api/v1/markets/{MarketId}"));
        using var browser = await world.App.Browser(Roles.Trader, Units.Payee(Kernel.Ids.From("test.trader", "Hộ An")));
        using var posted = await browser.PostForm("/my-stall", "cash", ("stall", $"{signs[0]}"), ("amount", "35,5"));
        Assert.Contains("#amount", await posted.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var foreign = await browser.PostForm("/my-stall", "cash", ("stall", $"{signs[1]}"), ("amount", "5.000"));
        Assert.Contains("#stall", await foreign.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Contains("35.000", await browser.Page("/my-stall"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_meter_cannot_run_backwards_nor_stand_out_between_two_months(Engine engine)
    {
        await using var world = await Start(engine);
        var stall = await world.Stall("A-1");
        var order = new { id = Guid.CreateVersion7(), item = MarketFees.Electricity, serial = "CT-1" };
        await world.Manager.Do($"/api/v1/stalls/{stall}/meters", order);
        await world.Manager.Do($"/api/v1/stalls/{stall}/meters", order);
        Assert.Equal("markets.has-meter", (await world.Manager.Refused(
            $"/api/v1/stalls/{stall}/meters", order with { id = Guid.CreateVersion7() })).Code);

        foreach (var (period, value, ok) in new[]
        {
            ("2026-08", "1.000", true), ("2026-10", "1.200", true), ("2026-11", "1.199", false), ("2026-09", "1.201", false),
            ("2026-09", "999", false), ("2026-09", "1.100", true), ("2026-07", "1.001", false), ("2026-10", "1.150", true),
            ("2026-10", "1.099", false), ("2026-11", "1.150", true),
        })
        {
            var path = $"/api/v1/meters/{order.id}/readings";
            if (ok)
            {
                await world.Manager.Do(path, new { period, value });
                continue;
            }
            var problem = await world.Manager.Refused(path, new { period, value });
            Assert.Equal("markets.reading-too-low", problem.Code);
            Assert.Equal(["value"], problem.Fields);
        }
        Assert.Equal([1_000L, 1_100, 1_150, 1_150], await world.Tables(
            db => db.Readings.OrderBy(r => r.Period).Select(r => r.Value).ToListAsync(Stop)));
    }

    private static async Task<string?> Verdict(MarketWorld world, string? scanned)
    {
        using var anybody = world.App.CreateClient();
        return (await anybody.Do("/api/v1/signs/check", new { scanned })).GetProperty("verdict").GetString();
    }
}
