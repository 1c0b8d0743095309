using System.Net;
using System.Net.Http.Headers;
using TinhSo.Identity;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Host.Tests;

public class LimitTests
{
    private static readonly string[] Scopes = ["markets.read"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_is_slowed_from_however_many_addresses_it_comes_and_no_other_client_with_it()
    {
        await using var app = new TestApp(Engine.Sqlite, null, ("Limits:ClientPerMinute", "5"));
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        using var busy = await Client(app, administrator);
        using var other = await Client(app, administrator);

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 7; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/markets");
            request.Headers.Add(TestApp.AddressHeader, $"203.0.113.{i}");
            using var answer = await busy.SendAsync(request, Stop);
            Assert.Equal(answer.StatusCode == HttpStatusCode.TooManyRequests, answer.Headers.RetryAfter is not null);
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.OK, 5), .. Enumerable.Repeat(HttpStatusCode.TooManyRequests, 2)], statuses);
        Assert.Equal(HttpStatusCode.OK, await other.Status("/api/v1/markets"));
        Assert.Equal(HttpStatusCode.OK, await administrator.Status("/api/v1/markets"));
    }

    [Theory]
    [InlineData("/api/v1/payments/requests/7K2QX9M4T")]
    [InlineData("/pay/7K2QX9M4T/live")]
    [InlineData("/pay/7K2QX9M4T/watch")]
    public async Task Asking_for_one_status_again_and_again_is_slowed_and_asking_for_another_is_not(string path)
    {
        await using var app = new TestApp(Engine.Sqlite, null, ("Limits:StatusPerMinute", "4"));
        using var anyone = app.CreateClient();

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 6; i++)
        {
            statuses.Add(await anyone.Status(path));
        }

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.NotFound, 4), .. Enumerable.Repeat(HttpStatusCode.TooManyRequests, 2)],
            statuses);
        Assert.Equal(HttpStatusCode.NotFound, await anyone.Status(path.Replace("7K2", "8K2", StringComparison.Ordinal)));
        using var elsewhere = app.CreateClient();
        elsewhere.DefaultRequestHeaders.Add(TestApp.AddressHeader, "203.0.113.77");
        Assert.Equal(HttpStatusCode.NotFound, await elsewhere.Status(path));
    }

    private static async Task<HttpClient> Client(TestApp app, HttpClient administrator)
    {
        var issued = await administrator.Do("/api/v1/clients", new
        {
            id = Guid.CreateVersion7(),
            name = "Đơn vị thu",
            organisation = "Công ty nước",
            unit = Units.Province,
            scopes = Scopes,
        });
        var client = app.CreateClient();
        client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", issued.GetProperty("key").GetString());
        return client;
    }
}
