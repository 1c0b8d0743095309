using Microsoft.Playwright;
using TinhSo.Kernel;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Journeys.Tests;

/// <summary>A page to look at: its name, its address, and what is done there first.</summary>
public sealed record View(string Name, string Path, Func<IPage, Task>? Act = null);

/// <summary>A town in which everything has happened once, so that each page has something to show.</summary>
public sealed partial class Tour : IAsyncDisposable
{
    private static readonly string[] Scopes = ["billing.read", "payments.read"];
    private static readonly string[] Events = ["bill.issued", "bill.paid", "payment.received"];

    private Tour(Town town) => Town = town;

    /// <summary>The town.</summary>
    public Town Town { get; }

    /// <summary>Bills of the town, of which the first is paid.</summary>
    public IReadOnlyList<Guid> Bills { get; private set; } = [];

    /// <summary>Money that waits for an officer.</summary>
    public Guid Waiting { get; private set; }

    /// <summary>The board's bank statement of yesterday, with what nobody told of and a pending entry.</summary>
    public Guid Statement { get; private set; }

    /// <summary>A shift of the manager, counted, whose difference nobody has explained yet.</summary>
    public Guid Shift { get; private set; }

    /// <summary>A shift of a collector that was handed over.</summary>
    public Guid ShiftDone { get; private set; }

    /// <summary>A shift that waits for the treasurer to sign for its float.</summary>
    public Guid ShiftOpening { get; private set; }

    /// <summary>Who collects for the market by card.</summary>
    public Guid Partner { get; } = Guid.CreateVersion7();

    /// <summary>The partner's file of yesterday, in which a line is wrong.</summary>
    public Guid PartnerFile { get; private set; }

    /// <summary>A change that waits for a second person.</summary>
    public Guid Proposed { get; private set; }

    /// <summary>Where the board's own system is told of bills.</summary>
    public Guid Webhook { get; } = Guid.CreateVersion7();

    /// <summary>A message to it.</summary>
    public Guid Message { get; private set; }

    /// <summary>A bill of a biller of services, paid in part.</summary>
    public Guid Claim { get; private set; }

    /// <summary>A file of bills in which a row is wrong.</summary>
    public Guid Import { get; private set; }

    /// <summary>A system of others.</summary>
    public Guid Client { get; } = Guid.CreateVersion7();

    /// <summary>What the trader asks about the own data.</summary>
    public Guid Asked { get; private set; }

    /// <summary>A breach that somebody must be notified of.</summary>
    public Guid Breach { get; private set; }

    /// <summary>The pages, by who looks at them.</summary>
    public IReadOnlyList<(Visitor? Visitor, IReadOnlyList<View> Views)> Views { get; private set; } = [];

    /// <summary>Opens a town and lets everything happen in it.</summary>
    public static async Task<Tour> Begin(Engine engine, Browser browser)
    {
        var tour = new Tour(await Town.Open(engine));
        await tour.Happen(browser);
        return tour;
    }

    private async Task Happen(Browser browser)
    {
        var bills = await Town.MakeBills();
        string[] codes = [.. bills.Select(bill => bill.GetProperty("payCode").GetString()!)];
        Guid[] ids = [.. bills.Select(bill => bill.GetProperty("id").GetGuid())];
        Bills = ids;
        using var manager = await Town.Api(Town.Manager);
        Shift = await OpenShift(manager);
        var receipt = (await manager.Do($"/api/v1/bills/{ids[0]}/cash", new { paymentId = Guid.CreateVersion7() }))
            .GetProperty("code").GetString();
        var payer = await browser.Open(Town.Address);
        await payer.SignIn(Town.Manager);
        await payer.PayByBank(codes[1], "OtherAmount", "12.000");
        await payer.PayByBank(Town.SignPayload, amount: "35.000");
        await payer.Context.DisposeAsync();
        using var treasurer = await Town.Api(Town.Treasurer);
        Waiting = (await treasurer.Get("/api/v1/payments/suspense")).GetProperty("items")[0].GetProperty("id").GetGuid();
        Statement = await ImportStatement(treasurer);
        var (atWork, atRest, opening) = await WorkShifts(treasurer, manager);
        PartnerFile = await SendPartnerFile(treasurer, codes[2]);
        Proposed = (await manager.Do($"/api/v1/markets/{Town.MarketId}/account", new
        {
            bankBin = "970415",
            accountNumber = "8800999999",
            accountName = "BQL CHO HONG GAI",
            reason = "Ban quản lý mở tài khoản ở ngân hàng khác",
        })).GetProperty("id").GetGuid();
        using var administrator = await Town.Api(Town.Administrator);
        await administrator.Do("/api/v1/clients", new
        {
            id = Client,
            name = "Cổng thanh toán hóa đơn của Ngân hàng Thương mại cổ phần",
            organisation = "Ngân hàng thử nghiệm",
            unit = Town.Market,
            scopes = Scopes,
        });
        Message = await Tell(manager);
        var run = await Town.RunBills();
        await AskAndLeak();
        await BillWater();
        var traderPerson = Ids.From("journeys.person", Town.Trader.UserName);
        var market = $"/markets/{Town.MarketId}";
        Views =
        [
            (null,
            [
                new("home", "/"), new("sign-in", "/sign-in"), new("sign-in-wrong", "/sign-in", Send), new("help", "/help"),
                new("pay-entry", "/pay"), new("pay-entry-wrong", "/pay?code=7K2QX9M4T"), new("pay", $"/pay/{codes[2]}"),
                new("pay-paid", $"/pay/{codes[0]}"), new("pay-unknown", "/pay/7K2QX9M4T"), new("pay-sign", $"/pay/{Sign}"),
                new("receipt", $"/receipt/{receipt}"), new("receipt-unknown", "/receipt/000000000000"),
                new("verify", "/verify"), new("verify-genuine", $"/verify/{receipt}"),
                new("verify-forged", "/verify/000000000000"), new("check-sign", "/check-sign"),
                new("check-sign-genuine", "/check-sign", page => Check(page, Town.SignPayload)),
                new("check-sign-unreadable", "/check-sign", page => Check(page, "?")),
                new("pay-bills", "/pay-bills"), new("pay-bills-biller", "/pay-bills?service=utility.water"),
                new("pay-bills-code", PayBills), new("pay-bills-wrong", PayBills, Send),
                new("pay-bills-owed", PayBills, page => LookUp(page, "KH000001")),
                new("pay-bills-none", PayBills, page => LookUp(page, "KH000009")),
                new("not-found", "/khong-co"), new("no-permission", "/no-permission"), new("set-up-done", "/set-up"),
            ]),
            (Town.Administrator,
            [
                new("people", "/people"), new("people-wrong", "/people", Send), new("people-none", "/people?q=xyz"),
                new("person", $"/people/{traderPerson}"), new("person-privacy", $"/privacy/people/{traderPerson}"),
                new("person-staff", $"/people/{Ids.From("journeys.person", Town.Treasurer.UserName)}"),
                new("clients", "/clients"), new("clients-wrong", "/clients", Send), new("client", $"/clients/{Client}"),
                new("client-unknown", $"/clients/{Guid.Empty}"),
                new("biller-new", "/billers/new"), new("biller-new-wrong", "/billers/new", Send),
                new("market-new", "/markets/new"), new("market-new-wrong", "/markets/new", Send),
                new("approvals-none", "/approvals"), new("organisations", "/organisations"),
                new("organisations-none", "/organisations?q=xyz"), new("organisation-new", "/organisations/new"),
                new("organisation-new-wrong", "/organisations/new", Send),
                new("organisation", $"/organisations/{Town.OrganisationId}"),
                new("organisation-edit", $"/organisations/{Town.OrganisationId}/edit"),
            ]),
            (Town.WaterOfficer,
            [
                new("billers", "/billers"), new("billers-none", "/billers?q=xyz"), new("biller", $"/billers/{Town.BillerId}"),
                new("biller-wrong", $"/billers/{Town.BillerId}", Send), new("biller-edit", $"/billers/{Town.BillerId}/edit"),
                new("claims", $"/billers/{Town.BillerId}/bills"), new("claims-none", $"/billers/{Town.BillerId}/bills?q=xyz"),
                new("claim", $"/claims/{Claim}"), new("imports", $"/billers/{Town.BillerId}/imports"),
                new("imports-wrong", $"/billers/{Town.BillerId}/imports", Send), new("import", $"/imports/{Import}"),
            ]),
            (Town.Manager,
            [
                new("markets", "/markets"), new("markets-none", "/markets?q=xyz"), new("market", market),
                new("market-edit", $"{market}/edit"), new("stalls", $"{market}/stalls"),
                new("stalls-none", $"{market}/stalls?q=xyz"), new("stalls-wrong", $"{market}/stalls", Send),
                new("traders", $"{market}/traders"), new("trader-new", $"{market}/traders/new"),
                new("trader", $"/traders/{Town.TraderId}"), new("tariffs", $"{market}/tariffs"),
                new("tariffs-wrong", $"{market}/tariffs", Send), new("bill-runs", $"{market}/bill-runs"),
                new("bill-run", $"/bill-runs/{run}"), new("bills", "/bills"), new("bills-none", "/bills?q=xyz"),
                new("bill-unknown", $"/bills/{Guid.Empty}"), new("bill", $"/bills/{ids[2]}"), new("bill-paid", $"/bills/{ids[0]}"),
                new("webhooks", "/webhooks"), new("webhooks-wrong", "/webhooks", Send), new("webhook", $"/webhooks/{Webhook}"),
                new("webhook-none", $"/webhooks/{Webhook}?q=xyz"), new("webhook-message", $"/webhooks/messages/{Message}"),
                new("bill-cash", $"/bills/{ids[2]}/cash"), new("stall", $"/stalls/{Town.Stalls["A-001"]}"),
                new("stall-vacant", $"/stalls/{Town.Stalls["B-002"]}"),
                new("stall-vacate", $"/stalls/{Town.Stalls["A-002"]}/vacate"), new("sign", $"/signs/{Town.SignId}"),
                new("bank", $"/simulator/bank?code={codes[2]}"), new("bank-empty", "/simulator/bank"),
                new("approvals-mine", "/approvals?view=mine"), new("approval-own", $"/approvals/{Proposed}"),
                new("request", $"/payments/requests/{codes[2]}"), new("request-paid", $"/payments/requests/{codes[0]}"),
                new("my-shift-counted", "/cash/shift"), new("my-shift-counted-wrong", "/cash/shift", Send),
            ]),
            (atWork, [new("my-shift", "/cash/shift"), new("my-shift-wrong", "/cash/shift", Send)]),
            (atRest, [new("my-shift-done", "/cash/shift"), new("my-shift-open-wrong", "/cash/shift", OpenWrongly)]),
            (opening, [new("my-shift-opening", "/cash/shift"), new("my-shift-cancel-wrong", "/cash/shift", Send)]),
            (Town.Treasurer,
            [
                new("suspense", "/payments/suspense"), new("suspense-none", "/payments/suspense?state=closed"),
                new("suspense-case", $"/payments/suspense/{Waiting}"),
                new("statements", "/payments/statements"), new("statement-new", "/payments/statements/new"),
                new("statement-new-wrong", "/payments/statements/new", Send),
                new("statement-formats", "/payments/statements/formats"),
                new("statement-formats-wrong", "/payments/statements/formats", Send),
                new("statement", $"/payments/statements/{Statement}"),
                new("statement-none", $"/payments/statements/{Statement}?q=xyz"),
                new("statement-unknown", $"/payments/statements/{Guid.Empty}"),
                new("statement-account", $"/payments/statements/accounts/{Book}"),
                new("day", $"/payments/closings/{Book}/{Yesterday}"), new("day-wrong", $"/payments/closings/{Book}/{Yesterday}", Send),
                new("day-unknown", $"/payments/closings/{Book}/2020-01-01"),
                new("shifts", "/cash/shifts"), new("shifts-none", "/cash/shifts?state=Cancelled"),
                new("shifts-wrong", "/cash/shifts?day=x"), new("shift", $"/cash/shifts/{Shift}"),
                new("shift-wrong", $"/cash/shifts/{Shift}", Send), new("shift-done", $"/cash/shifts/{ShiftDone}"),
                new("shift-opening", $"/cash/shifts/{ShiftOpening}"),
                new("shift-opening-wrong", $"/cash/shifts/{ShiftOpening}", Send),
                new("shift-unknown", $"/cash/shifts/{Guid.Empty}"),
                new("partners", "/payments/partners"), new("partners-wrong", "/payments/partners", Send),
                new("partner-edit", $"/payments/partners?id={Partner}"),
                new("partner-files", "/payments/partner-files"), new("partner-files-wrong", "/payments/partner-files", Send),
                new("partner-file", $"/payments/partner-files/{PartnerFile}"),
                new("partner-file-unknown", $"/payments/partner-files/{Guid.Empty}"),
                new("approvals", "/approvals"), new("approval", $"/approvals/{Proposed}"),
                new("approval-wrong", $"/approvals/{Proposed}", Reject), new("approvals-past", "/approvals?view=past"),
                new("refunds", "/payments/refunds"), new("suspense-case-wrong", $"/payments/suspense/{Waiting}", Send),
            ]),
            (Town.Leader,
            [
                new("indicators", "/indicators"), new("indicator", "/indicators/market.fees.collected"),
                new("indicator-unknown", "/indicators/khong-co"), new("data-quality", "/data-quality"),
                new("indicator-rows", "/indicators/market.fees.collected/rows"), new("published", "/indicators/published"),
            ]),
            (Town.Auditor,
            [
                new("audit", "/audit"), new("audit-none", "/audit?who=khong-co"), new("audit-wrong", "/audit?from=hom-qua"),
                new("audit-changes", "/audit?what=identity_role", page => page.Locator("main details").First.ClickAsync()),
            ]),
            (Town.Protector,
            [
                new("register", "/privacy/register"), new("requests", "/privacy/requests"),
                new("requests-none", "/privacy/requests?state=Refused"), new("requests-wrong", "/privacy/requests?state=x"),
                new("data-request", $"/privacy/requests/{Asked}"), new("rules", "/privacy/rules"),
                new("rules-wrong", "/privacy/rules", Send), new("breaches", "/privacy/breaches"),
                new("breaches-wrong", "/privacy/breaches", Send), new("breach", $"/privacy/breaches/{Breach}"),
                new("person-privacy-officer", $"/privacy/people/{traderPerson}"),
            ]),
            (Town.Trader, [new("my-bills", "/my-bills"), new("my-bills-wrong", "/my-bills", Send),
                new("my-data", "/account/privacy"), new("my-data-all", "/account/privacy/data"),
                new("my-stall", "/my-stall"), new("my-stall-wrong", "/my-stall", Send),
                new("account", "/account"), new("account-wrong", "/account", SendPassword), new("passkeys", "/account/passkeys"),
                new("authenticator", "/account/authenticator"), new("authenticator-scan", "/account/authenticator", Send),
                new("recovery-codes", "/account/recovery-codes"), new("recovery-codes-none", "/account/recovery-codes", Send)]),
        ];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Town.DisposeAsync();

    private async Task<Guid> Tell(HttpClient manager)
    {
        await manager.Do("/api/v1/webhooks", new
        {
            id = Webhook,
            unit = Town.Market,
            name = "Phần mềm kế toán của ban quản lý chợ trung tâm",
            url = "https://127.0.0.1:9/tinhso/thong-bao-phieu-thu",
            events = Events,
        });
        using var sent = await manager.Send($"/api/v1/webhooks/{Webhook}/test");
        var id = (await manager.Get($"/api/v1/webhooks/{Webhook}/messages")).GetProperty("items")[0].GetProperty("id").GetGuid();
        while ((await manager.Get($"/api/v1/webhooks/messages/{id}")).GetProperty("attempts").GetArrayLength() == 0)
        {
            await Task.Delay(50);
        }
        // From now on nothing of it changes by itself.
        using var paused = await manager.Send($"/api/v1/webhooks/{Webhook}/pause");
        return id;
    }

    private async Task AskAndLeak()
    {
        using var trader = await Town.Api(Town.Trader);
        Asked = (await trader.Do("/api/v1/account/data-requests", new { kind = "correct", field = "phone", value = "0987654321" }))
            .GetProperty("id").GetGuid();
        await trader.Do("/api/v1/account/consents", new { purpose = "contact.news" });
        using var officer = await Town.Api(Town.Protector);
        Breach = (await officer.Do("/api/v1/privacy/breaches", new
        {
            foundAt = $"{Town.Today:yyyy-MM-dd}T00:00",
            what = "Gửi nhầm danh sách hộ kinh doanh cho một địa chỉ lạ",
            which = "Tên, điện thoại",
            people = "12",
            measures = "Đã yêu cầu xóa thư",
        })).GetProperty("id").GetGuid();
    }

    private string PayBills => $"/pay-bills?service=utility.water&biller={Town.BillerId}";

    private async Task BillWater()
    {
        using var officer = await Town.Api(Town.WaterOfficer);
        var bills = $"/api/v1/billers/{Town.BillerId}";
        Claim = (await officer.Do($"{bills}/bills", new
        {
            customerCode = "KH000001",
            holderName = "Nguyễn Thị Thanh Thủy",
            service = "utility.water",
            period = Town.Period,
            amount = 312_000,
            dueOn = Town.DueOn,
            reference = "HD-1",
            description = "Tiền nước theo chỉ số đồng hồ",
        })).GetProperty("id").GetGuid();
        await officer.Do($"/api/v1/claims/{Claim}/ask", new { amount = 100_000 });
        using var file = new StringContent($"""
            customer_code,holder_name,service,period,amount,due_on,reference
            KH000002,Hộ Trần Văn Bảy,utility.water,{Town.Period},120000,{Town.DueOn},HD-2
            KH3,Hộ sai mã,utility.water,{Town.Period},hai trăm,{Town.DueOn},HD-3
            """, System.Text.Encoding.UTF8, "text/csv");
        Import = (await officer.Do($"{bills}/imports?fileName=thang.csv", file)).GetProperty("id").GetGuid();
        using var trader = await Town.Api(Town.Trader);
        await trader.Do("/api/v1/my-bills",
            new { biller = Town.BillerId, customerCode = "KH000001", label = "Nhà mình", consent = true });
    }

    private static async Task LookUp(IPage page, string code)
    {
        await page.FillAsync("#customerCode", code);
        await Send(page);
    }

    private string Sign => Payments.VietQr.Decode(Town.SignPayload).Transfer!.Purpose![^9..];

    /// <summary>Sends the page's first form as it is, which is wrong.</summary>
    private static Task Send(IPage page) => page.Follow(
        () => page.Locator("main form[method=post] button[type=submit]").First.ClickAsync());

    private static async Task OpenWrongly(IPage page)
    {
        await page.FillAsync("#openingFloat", "x");
        await Send(page);
    }

    /// <summary>Says no without saying why, which is wrong.</summary>
    private static Task Reject(IPage page) => page.Follow(
        () => page.Locator("main button[value=reject]").ClickAsync());

    private static Task SendPassword(IPage page) => page.Follow(
        () => page.GetByRole(AriaRole.Button, new() { Name = "Đổi mật khẩu" }).Or(
            page.GetByRole(AriaRole.Button, new() { Name = "Change the password" })).ClickAsync());

    private static async Task Check(IPage page, string scanned)
    {
        await page.FillAsync("#scanned", scanned);
        await Send(page);
    }
}
