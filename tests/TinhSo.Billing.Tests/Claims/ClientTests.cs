using System.Net;
using System.Net.Http.Headers;
using TinhSo.Billing.Tests.Billers;
using TinhSo.Identity;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;
using static TinhSo.Billing.Tests.Billers.BillersWorld;

namespace TinhSo.Billing.Tests.Claims;

public class ClientTests
{
    private static readonly string[] Scopes = ["billers.bills", "billers.issue", "billers.settle"];

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_biller_s_system_issues_and_asks_for_its_own_bills_and_signs_what_it_reports(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        var bill = await world.Issue("HD-1");
        using var own = await Client(world, WaterId);
        using var other = await Client(world, SchoolId);
        var bills = $"/api/v1/billers/{WaterId}/bills";

        var issued = await own.Do(bills, world.Bill("HD-2", code: "KH000002"));
        var found = await own.Do($"{bills}/inquiry", new { reference = "hd-1" });
        Assert.Equal((bill, 300_000), (found.GetProperty("items")[0].GetProperty("id").GetGuid(),
            found.GetProperty("items")[0].GetProperty("owed").GetInt64()));
        Assert.Equal(["reference"], (await own.Refused($"{bills}/inquiry", new { })).Fields);

        Assert.Equal(HttpStatusCode.Forbidden, (await other.Refused(bills, world.Bill("HD-3"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Refused($"{bills}/inquiry", new { reference = "HD-1" })).Status);
        Assert.Equal(HttpStatusCode.NotFound, await other.Status($"/api/v1/claims/{issued.GetProperty("id")}"));
        Assert.Empty((await other.Do($"/api/v1/billers/{SchoolId}/bills/inquiry", new { reference = "HD-1" }))
            .GetProperty("items").EnumerateArray());
        // Whoever stole the key alone reports nothing as paid.
        Assert.Equal("identity.no-public-key", (await own.Refused($"/api/v1/claims/{bill}/paid-elsewhere",
            new { reference = "PT-1", amount = 300_000, paidOn = "2026-11-22" })).Code);
        Assert.Equal(300_000, await world.Owed(bill));
    }

    private static async Task<HttpClient> Client(BillersWorld world, Guid biller)
    {
        using var administrator = await world.App.SignedIn(Roles.Administrator, Units.Province);
        var registered = await administrator.Do("/api/v1/clients", new
        {
            id = Guid.CreateVersion7(),
            name = "Hệ thống hóa đơn",
            organisation = "Đơn vị thu",
            unit = UnitOf(biller),
            scopes = Scopes,
        });
        var client = world.App.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", registered.GetProperty("key").GetString());
        return client;
    }
}
