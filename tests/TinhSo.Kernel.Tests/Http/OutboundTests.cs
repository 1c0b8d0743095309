using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel.Http;

namespace TinhSo.Kernel.Tests.Http;

/// <summary>Calls to foreign systems reach those that are configured, and nothing within the own network.</summary>
public sealed class OutboundTests : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public OutboundTests() => listener.Start();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3")]
    [InlineData("0.0.0.0")]
    [InlineData("169.254.169.254")]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    [InlineData("ff02::1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:a00:1::")]
    [InlineData("2001:0:53aa:64c:0:0:f5ff:fffe")]
    public void What_is_no_address_of_the_public_internet_is_not_reached_unless_configured(string address)
    {
        Assert.False(OutboundCalls.MayReach(IPAddress.Parse(address), []));
        var plain = IPAddress.Parse(address) is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : IPAddress.Parse(address);
        Assert.True(OutboundCalls.MayReach(IPAddress.Parse(address), [new(plain, plain.GetAddressBytes().Length * 8)]));
    }

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2400:cb00:2048:1::6814:55")]
    public void What_is_public_is_reached(string address) =>
        Assert.True(OutboundCalls.MayReach(IPAddress.Parse(address), []));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task A_host_that_leads_into_the_own_network_is_refused_before_anything_is_sent(string host)
    {
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => Call(host, hosts: $"{host}, ::ffff:127.0.0.1"));

        Assert.IsType<OutboundRefusedException>(refused.InnerException ?? refused);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task A_host_that_is_not_configured_is_not_called_nor_one_by_plain_HTTP()
    {
        await Assert.ThrowsAsync<OutboundRefusedException>(() => Call("127.0.0.1", hosts: "", networks: "127.0.0.0/8"));
        await Assert.ThrowsAsync<OutboundRefusedException>(() => Call("8.8.8.8", hosts: "8.8.8.8"));
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task What_is_configured_is_called_and_no_redirect_of_it_followed()
    {
        var served = Serve("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"u8.ToArray());

        using var answer = await Call("localhost", hosts: "localhost", networks: "127.0.0.0/8, ::1/128");

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        await served;
    }

    public void Dispose() => listener.Dispose();

    private async Task<HttpResponseMessage> Call(string host, string hosts, string networks = "")
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Outbound:Hosts"] = hosts,
            ["Outbound:Networks"] = networks,
        }).Build();
        await using var services = new ServiceCollection().AddOutboundCalls("test", settings).Services.BuildServiceProvider();
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("test");
        return await client.GetAsync(new Uri($"http://{host}:{((IPEndPoint)listener.LocalEndpoint).Port}/"), Stop);
    }

    private async Task Serve(byte[] answer)
    {
        using var caller = await listener.AcceptTcpClientAsync(Stop);
        _ = await caller.GetStream().ReadAsync(new byte[4_096], Stop);
        await caller.GetStream().WriteAsync(answer, Stop);
    }
}
