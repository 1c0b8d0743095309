using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Requests;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Simulator;

/// <summary>How the simulated payer behaves.</summary>
internal enum PayerTwist
{
    /// <summary>Pays what the code says.</summary>
    AsAsked,

    /// <summary>Types another amount.</summary>
    OtherAmount,

    /// <summary>Deletes the memo.</summary>
    WithoutCode,

    /// <summary>The provider tells of the same line twice.</summary>
    ToldTwice,
}

/// <summary>What the simulated payment came to.</summary>
/// <param name="Reference">The bank's reference that was made up.</param>
/// <param name="Statuses">The hook's answers, one a notice.</param>
internal sealed record Simulated(string Reference, IReadOnlyList<int> Statuses);

/// <summary>Plays the payer's bank: reads a code as its app would, and tells this server's own hook.</summary>
internal sealed class BankSimulator(PaymentsDb db, FindPayable find, NoticeProviders providers,
    IHttpClientFactory clients, IHttpContextAccessor context, IConfiguration configuration, TimeProvider clock)
{
    /// <summary>The name of the HTTP client, for the host of tests to point at itself.</summary>
    public const string Client = "payments.simulator";

    /// <summary>What a bank's app shows: of a code's text, of a link to a payment page, or of a short code.</summary>
    public async Task<VietQrReading?> Scan(string? text, CancellationToken stop)
    {
        var scanned = (text ?? "").Trim();
        var reading = VietQr.Decode(scanned);
        if (reading.Code is not null || scanned.StartsWith("000201", StringComparison.Ordinal))
        {
            return reading;
        }
        var last = scanned.TrimEnd('/').Split('/')[^1].Split('?')[0];
        return await find.ByCode(last, stop) is { Payload: { } payload } ? VietQr.Decode(payload) : null;
    }

    /// <summary>The holder's name, as the receiving bank would tell the app; null for accounts of strangers.</summary>
    public Task<string?> HolderOf(VietQrTransfer transfer, CancellationToken stop) => db.Payees.AsNoTracking()
        .Where(payee => payee.BankBin == transfer.BankBin && payee.AccountNumber == transfer.Account)
        .Select(payee => (string?)payee.AccountName).FirstOrDefaultAsync(stop);

    /// <summary>Sends what the provider would send for the transfer.</summary>
    public async Task<Outcome<Simulated>> Pay(
        VietQrTransfer transfer, string providerName, PayerTwist twist, long amount, CancellationToken stop)
    {
        if (providers.Find(providerName) is not var (provider, secrets))
        {
            return PaymentRefusals.NoSuchProvider;
        }
        var now = clock.GetUtcNow();
        var reference = RandomNumberGenerator.GetInt32(100_000_000, int.MaxValue)
            .ToString(CultureInfo.InvariantCulture);
        var notice = new BankNotice(reference, transfer.Account, null, transfer.BankBin, amount, IsDebit: false,
            twist is PayerTwist.WithoutCode
                ? "NGUYEN VAN A chuyen tien"
                : $"MBVCB.{reference}. {transfer.Purpose}. CT tu",
            "NGUYEN VAN A", "0123456789", "Vietcombank", now);
        var signed = provider.Write(notice, secrets[0], now);
        var statuses = new List<int>();
        for (var i = 0; i < (twist is PayerTwist.ToldTwice ? 2 : 1); i++)
        {
            statuses.Add(await Send(providerName, signed, stop));
        }
        return new Simulated(reference, statuses);
    }

    private async Task<int> Send(string providerName, SignedNotice signed, CancellationToken stop)
    {
        using var client = clients.CreateClient(Client);
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(OwnAddress(), $"/hooks/bank/{providerName}"));
        request.Content = new ByteArrayContent(signed.Body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in signed.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        using var response = await client.SendAsync(request, stop);
        return (int)response.StatusCode;
    }

    // Never by the Host header: whoever sends that would have signed notices delivered to themselves.
    private Uri OwnAddress()
    {
        if (configuration["Simulator:Address"] is { Length: > 0 } address)
        {
            return new Uri(address);
        }
        var connection = context.HttpContext!.Connection;
        return new UriBuilder(context.HttpContext.Request.IsHttps ? "https" : "http",
            connection.LocalIpAddress is { } local && local.ToString() is { } host ? host : "localhost",
            connection.LocalPort > 0 ? connection.LocalPort : 80).Uri;
    }
}
