using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TinhSo.Billing.Tests.Webhooks;

/// <summary>SIMULATOR: a biller's own system on a port of its own, which answers as it is told.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Channel<Received> received = Channel.CreateUnbounded<Received>();
    private readonly Dictionary<string, int> times = [];

    private Receiver(WebApplication app) => this.app = app;

    public string Url { get; private set; } = "";

    /// <summary>What it answers from now on.</summary>
    public int Status { get; set; } = 204;

    public static (string, string)[] Allowed => [("Outbound:Hosts", "127.0.0.1"), ("Outbound:Networks", "127.0.0.0/8")];

    public static async Task<Receiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        receiver.app.MapPost("/hook", receiver.Take);
        await receiver.app.StartAsync();
        var address = receiver.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        receiver.Url = $"{address}/hook";
        return receiver;
    }

    /// <summary>The next message that comes, or came and was not looked at.</summary>
    public async Task<Received> Next()
    {
        var next = await received.Reader.ReadAsync(BillingWorld.Stop);
        times[next.Id] = TimesOf(next.Id) + 1;
        return next;
    }

    /// <summary>How often a message was looked at.</summary>
    public int TimesOf(string id) => times.GetValueOrDefault(id);

    /// <summary>Whether all that came was looked at.</summary>
    public bool IsEmpty => received.Reader.Count == 0;

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<IResult> Take(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        received.Writer.TryWrite(new Received(request.Headers["webhook-id"].ToString(),
            request.Headers["webhook-timestamp"].ToString(), request.Headers["webhook-signature"].ToString(), body));
        return Status < 300 ? Results.StatusCode(Status) : Results.Text("Không nhận\u0001 được", statusCode: Status);
    }
}

/// <summary>A message as it came.</summary>
internal sealed record Received(string Id, string Seconds, string Signatures, string Body)
{
    /// <summary>The signature by a secret, as openssl makes it.</summary>
    public async Task<string> SignatureBy(string secret)
    {
        var key = Convert.ToHexString(Convert.FromBase64String(secret["whsec_".Length..]));
        var start = new ProcessStartInfo("openssl", ["dgst", "-sha256", "-mac", "HMAC", "-macopt", $"hexkey:{key}", "-binary"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var openssl = Process.Start(start)!;
        await openssl.StandardInput.WriteAsync($"{Id}.{Seconds}.{Body}");
        openssl.StandardInput.Close();
        using var made = new MemoryStream();
        await openssl.StandardOutput.BaseStream.CopyToAsync(made);
        await openssl.WaitForExitAsync();
        return "v1," + Convert.ToBase64String(made.ToArray());
    }
}
