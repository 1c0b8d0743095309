using System.Net;
using Microsoft.Playwright;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Journeys.Tests.Journeys;

/// <summary>An officer's ways to sign in, with devices that Chromium simulates.</summary>
public sealed class PasskeyJourney(Browser browser)
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task An_officer_adds_two_passkeys_loses_the_first_and_gets_in_though_the_password_is_being_guessed(Engine engine)
    {
        await using var town = await Town.Open(engine);
        // A passkey belongs to a name, never to a number.
        var site = new UriBuilder(town.Address) { Host = "localhost" }.Uri;
        var officer = await browser.Open(site, 360);
        var devices = await Devices(officer);
        await officer.SignIn(town.Treasurer);
        await officer.GotoAsync("/account/passkeys");
        await officer.Says("Chưa có khóa nào");

        var phone = await Add(devices);
        await officer.FillAsync("#name", "Điện thoại");
        await officer.Press("Thêm khóa trên thiết bị này");
        await officer.Says("Đã thêm khóa");
        var codes = await officer.Locator(".ts-codes code").AllInnerTextsAsync();
        Assert.Equal(10, codes.Count);
        await Browser.Picture(officer, $"passkey-added-{engine}");

        // One device does not hold two passkeys of a person; the second is on another.
        await officer.FillAsync("#name", "Điện thoại, lần nữa");
        await officer.ClickAsync("button[data-passkey]");
        await officer.Locator("[data-passkey-failed]:not([hidden])").WaitForAsync();
        await Remove(devices, phone);
        await Add(devices);
        await officer.FillAsync("#name", "Máy tính cơ quan");
        await officer.Press("Thêm khóa trên thiết bị này");
        await officer.Says("Máy tính cơ quan");

        // The phone is lost. Somebody guesses the password from everywhere.
        await officer.Context.ClearCookiesAsync();
        using var strangers = new HttpClient { BaseAddress = site };
        for (var guess = 0; guess < 12; guess++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions")
            {
                Content = JsonContent.Create(new { town.Treasurer.UserName, password = $"guess {guess}" }),
            };
            request.Headers.Add(TestApp.AddressHeader, $"198.51.100.{guess}");
            using var refused = await strangers.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
        await officer.GotoAsync("/sign-in?back=/payments/suspense");
        await officer.Press("Dùng khóa của thiết bị");
        await officer.Says("Khoản chờ xử lý");

        // She takes the lost one away, and it opens nothing any more.
        await officer.GotoAsync("/account/passkeys");
        await officer.Locator("tr", new() { HasText = "Điện thoại" }).GetByRole(AriaRole.Button, new() { Name = "Xóa" }).ClickAsync();
        await officer.Says("Đã xóa khóa");
        await officer.Context.ClearCookiesAsync();

        // On a borrowed computer, password and a recovery code.
        var borrowed = await browser.Open(site);
        await borrowed.GotoAsync("/sign-in");
        await borrowed.FillAsync("#userName", town.Treasurer.UserName);
        await borrowed.FillAsync("#password", TestApp.Password);
        await borrowed.ClickAsync("main button[type=submit]");
        await borrowed.Says("Xác minh thêm một bước");
        await borrowed.FillAsync("#code", "0000-0000-0000-0000");
        await borrowed.Press("Tiếp tục");
        await borrowed.Says("Mã không đúng");
        await borrowed.FillAsync("#code", codes[0]);
        await borrowed.Press("Tiếp tục");
        await Browser.Picture(borrowed, $"borrowed-{engine}");
        await borrowed.GotoAsync("/account");
        await borrowed.Says("Còn 9 mã");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_a_device_answers_counts_once_and_only_where_it_was_asked(Engine engine)
    {
        await using var town = await Town.Open(engine);
        var site = new UriBuilder(town.Address) { Host = "localhost" }.Uri;
        var officer = await browser.Open(site);
        await Add(await Devices(officer));
        await officer.SignIn(town.Leader);
        await officer.GotoAsync("/account/passkeys");
        await officer.FillAsync("#name", "Khóa");
        await officer.Press("Thêm khóa trên thiết bị này");
        await officer.Says("Đã thêm khóa");
        await officer.Context.ClearCookiesAsync();

        var sent = "";
        await officer.RouteAsync("**/sign-in", async route =>
        {
            if (route.Request.Method == "POST")
            {
                sent = route.Request.PostData ?? "";
            }
            await route.ContinueAsync();
        });
        await officer.GotoAsync("/sign-in");
        await officer.Press("Dùng khóa của thiết bị");
        await officer.GotoAsync("/account");
        await officer.Says("Đang đăng nhập");
        Assert.Contains("credential=%7B", sent, StringComparison.Ordinal);

        // The same answer again, by somebody who saw it pass, with the page's own token.
        var thief = await browser.Open(site);
        await thief.GotoAsync("/sign-in");
        var credential = Uri.UnescapeDataString(sent.Split("credential=")[1].Split('&')[0].Replace('+', ' '));
        await thief.EvaluateAsync("""
            credential => {
              const form = document.querySelector('form.ts-passkey');
              form.elements.credential.value = credential;
              form.submit();
            }
            """, credential);
        await thief.Says("Không nhận được khóa này");
    }

    private static async Task<ICDPSession> Devices(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        return session;
    }

    /// <summary>Puts a device with a fingerprint reader into the browser.</summary>
    private static async Task<string> Add(ICDPSession devices)
    {
        var added = await devices.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        return added!.Value.GetProperty("authenticatorId").GetString()!;
    }

    /// <summary>Takes a device away, with the keys that it held.</summary>
    private static async Task Remove(ICDPSession devices, string id) =>
        await devices.SendAsync("WebAuthn.removeVirtualAuthenticator", new() { ["authenticatorId"] = id });
}
