using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TinhSo.Kernel;
using TinhSo.Payments;

namespace TinhSo.Host.Demo;

/// <summary>SIMULATOR: boards, traders, buyers and a bank, who know of the platform only what its public API tells.</summary>
internal sealed class SimulatedProvince(Uri server, string password, string bankSecret) : IDisposable
{
    private const int AtOnce = 6;

    private readonly Random random = new(20261121);
    private readonly HttpClient bank = new() { BaseAddress = server };
    private readonly HttpClient boards = new() { BaseAddress = server };
    private readonly List<(HttpClient Client, Guid SignId)> traders = [];
    private readonly List<Guid> marketIds = [];
    private readonly List<SimulatedSign> signs = [];
    private readonly ConcurrentDictionary<Guid, SimulatedBill> owed = new();
    private readonly HashSet<string> billed = [];
    private DateTimeOffset now;
    private long reference;
    private long requests;

    /// <summary>What was done, by kind.</summary>
    public ConcurrentDictionary<string, long> Done { get; } = new(StringComparer.Ordinal);

    /// <summary>How many requests were sent.</summary>
    public long Requests => Interlocked.Read(ref requests);

    private sealed record SimulatedSign(string Account, string Memo, int MarketClass);

    private sealed record SimulatedBill(Guid Id, string PayCode, long Amount);

    /// <summary>Signs in, and learns which markets and signs there are.</summary>
    public async Task Begin(CancellationToken stop)
    {
        await SignIn(boards, "mophong", stop);
        now = (await Get(boards, "/api/v1/simulator/clock", stop)).GetProperty("now").GetDateTimeOffset();
        reference = now.ToUnixTimeMilliseconds() * 1000;
        await foreach (var market in Pages(boards, "/api/v1/markets?limit=200", stop))
        {
            if (market.GetProperty("let").GetInt32() > 0)
            {
                await LearnSigns(market, stop);
            }
        }
        await SignTradersIn(stop);
    }

    /// <summary>Moves the server's clock to the next morning; null when it has caught up with the world.</summary>
    public async Task<DateOnly?> NextDay(CancellationToken stop)
    {
        var clock = await Get(boards, "/api/v1/simulator/clock", stop);
        now = clock.GetProperty("now").GetDateTimeOffset();
        if (clock.GetProperty("behindSeconds").GetDouble() < 60)
        {
            return null;
        }
        await Advance(VietnamTime.StartOf(VietnamTime.DayOf(now).AddDays(1)).AddHours(6), stop);
        return VietnamTime.DayOf(now);
    }

    /// <summary>One day: bills at the start of a month, then sales and payments from morning to evening.</summary>
    public async Task LiveThrough(int sales, Action<double> progress, CancellationToken stop)
    {
        await RunBills(stop);
        const int Hours = 6;
        for (var hour = 0; hour < Hours; hour++)
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, sales / Hours),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop },
                async (_, token) => await Sell(token));
            await PayBills(Hours, stop);
            await Advance(now.AddHours(2), stop);
            progress((hour + 1.0) / Hours);
        }
        await SellForCash(stop);
    }

    /// <summary>Brings the server's clock to the world's own time, when the world is less than a day ahead.</summary>
    public async Task End(CancellationToken stop)
    {
        var clock = await Get(boards, "/api/v1/simulator/clock", stop);
        if (clock.GetProperty("behindSeconds").GetDouble() < TimeSpan.FromDays(2).TotalSeconds)
        {
            await Advance(clock.GetProperty("now").GetDateTimeOffset().AddDays(2), stop);
        }
    }

    public void Dispose()
    {
        bank.Dispose();
        boards.Dispose();
        traders.ForEach(trader => trader.Client.Dispose());
    }

    private async Task LearnSigns(JsonElement market, CancellationToken stop)
    {
        var id = market.GetProperty("id").GetGuid();
        marketIds.Add(id);
        await foreach (var stall in Pages(boards, $"/api/v1/markets/{id}/stalls?limit=500", stop))
        {
            if (stall.GetProperty("signId").ValueKind is JsonValueKind.Null)
            {
                continue;
            }
            var sign = await Get(boards, $"/api/v1/signs/{stall.GetProperty("signId").GetGuid()}", stop);
            // What a buyer's bank app reads off the wall.
            if (VietQr.Decode(sign.GetProperty("payload").GetString()).Transfer is { } transfer)
            {
                signs.Add(new(transfer.Account, transfer.Purpose ?? "", market.GetProperty("class").GetInt32()));
            }
        }
    }

    private async Task SignTradersIn(CancellationToken stop)
    {
        for (var number = 1; number <= 5; number++)
        {
            var client = new HttpClient { BaseAddress = server };
            await SignIn(client, $"tieuthuong{number}", stop);
            var stalls = await Get(client, "/api/v1/my/stalls", stop);
            traders.AddRange(stalls.EnumerateArray()
                .Where(s => s.GetProperty("signId").ValueKind is not JsonValueKind.Null)
                .Select(s => (client, s.GetProperty("signId").GetGuid())));
        }
    }

    private async Task RunBills(CancellationToken stop)
    {
        var today = VietnamTime.DayOf(now);
        var period = today.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        if (!billed.Add(period))
        {
            return;
        }
        foreach (var market in marketIds)
        {
            var run = await Post(boards, $"/api/v1/markets/{market}/bill-runs",
                new { period, dueOn = today.AddDays(15).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) }, stop);
            if (run is { } begun)
            {
                await WaitFor(begun.GetProperty("id").GetGuid(), stop);
                Count("bill runs");
            }
            await foreach (var bill in Pages(boards,
                $"/api/v1/bills?unit=market:{market}&period={period}&state=Issued&limit=200", stop))
            {
                var id = bill.GetProperty("id").GetGuid();
                owed[id] = new(id, bill.GetProperty("payCode").GetString()!, bill.GetProperty("amount").GetInt64());
            }
        }
    }

    private async Task WaitFor(Guid runId, CancellationToken stop)
    {
        for (var look = 0; look < 600; look++)
        {
            var run = await Get(boards, $"/api/v1/bill-runs/{runId}", stop);
            if (run.GetProperty("state").GetString() != "running")
            {
                return;
            }
            await Task.Delay(50, stop);
        }
    }

    private async Task PayBills(int timesADay, CancellationToken stop)
    {
        // About one bill in fourteen is paid each day: after three weeks four out of five are.
        var share = Math.Max(1, owed.Count / (14 * timesADay));
        var paid = owed.Values.OrderBy(_ => random.Next()).Take(share).ToList();
        await Parallel.ForEachAsync(paid, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop },
            async (bill, token) =>
            {
                owed.TryRemove(bill.Id, out _);
                if (Chance(0.15))
                {
                    await Post(boards, $"/api/v1/bills/{bill.Id}/cash", new { paymentId = Guid.CreateVersion7() }, token);
                    Count("bills paid in cash");
                    return;
                }
                var request = await Get(boards, $"/api/v1/payments/requests/{bill.PayCode}", token);
                if (request.TryGetProperty("accountNumber", out var account) && account.GetString() is { } number)
                {
                    // One payer in a hundred changes the amount or the memo, as people do.
                    var (amount, memo) = (bill.Amount, request.GetProperty("memo").GetString()!);
                    (amount, memo) = Next(200) switch { 0 => (amount - 1_000, memo), 1 => (amount, "nop tien cho"), _ => (amount, memo) };
                    await Notify(number, amount, memo, token);
                    Count("bills paid by QR");
                }
            });
    }

    private async Task Sell(CancellationToken stop)
    {
        var sign = signs[Next(signs.Count)];
        var amount = (long)(Math.Exp(10.2 + (1.1 * Gauss())) / 1_000) * 1_000;
        await Notify(sign.Account, Math.Clamp(amount, 5_000, 5_000_000), sign.Memo, stop);
        Count("sales by QR");
    }

    private async Task SellForCash(CancellationToken stop)
    {
        foreach (var (client, signId) in traders.Where(_ => Chance(0.6)))
        {
            await Post(client, "/api/v1/my/sales",
                new { id = Guid.CreateVersion7(), signId, amount = (5 + Next(40)) * 5_000L }, stop);
            Count("sales for cash");
        }
    }

    /// <summary>What a bank's notice service sends when money came into an account (SePay's form).</summary>
    private async Task Notify(string account, long amount, string memo, CancellationToken stop)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = Interlocked.Increment(ref reference),
            gateway = "",
            transactionDate = VietnamTime.Of(now).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            accountNumber = account,
            code = (string?)null,
            content = $"{memo} GD {reference % 1000:D3}",
            transferType = "in",
            transferAmount = amount,
            accumulated = 0,
            subAccount = (string?)null,
            referenceCode = "",
            description = "",
        });
        var stamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{stamp}."), .. body];
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/bank/sepay");
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-SePay-Timestamp", stamp);
        request.Headers.Add("X-SePay-Signature",
            $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(bankSecret), signed))}");
        await Send(bank, request, stop);
    }

    private async Task Advance(DateTimeOffset moment, CancellationToken stop)
    {
        var clock = await Post(boards, "/api/v1/simulator/clock", new { advanceTo = moment }, stop);
        now = clock?.GetProperty("now").GetDateTimeOffset() ?? now;
    }

    private async Task SignIn(HttpClient client, string userName, CancellationToken stop)
    {
        client.DefaultRequestHeaders.Authorization = null;
        var session = await Post(client, "/api/v1/sessions", new { userName, password }, stop)
            ?? throw new InvalidOperationException($"{userName} could not sign in at {server}.");
        client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", session.GetProperty("accessToken").GetString());
    }

    private async IAsyncEnumerable<JsonElement> Pages(HttpClient client, string path,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        for (var cursor = (string?)""; cursor is not null;)
        {
            var page = await Get(client, cursor.Length == 0 ? path : $"{path}&cursor={Uri.EscapeDataString(cursor)}", stop);
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                yield return item;
            }
            cursor = page.GetProperty("next").GetString();
        }
    }

    private async Task<JsonElement> Get(HttpClient client, string path, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await Send(client, request, stop)
            ?? throw new InvalidOperationException($"{path} was not answered.");
    }

    private async Task<JsonElement?> Post(HttpClient client, string path, object body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = JsonContent.Create(body);
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        return await Send(client, request, stop);
    }

    private async Task<JsonElement?> Send(HttpClient client, HttpRequestMessage request, CancellationToken stop)
    {
        Interlocked.Increment(ref requests);
        using var answer = await client.SendAsync(request, stop);
        if (!answer.IsSuccessStatusCode)
        {
            Count("failed requests");
            Count($"  {(int)answer.StatusCode} {request.Method} {request.RequestUri?.OriginalString.Split('?')[0]}");
            return null;
        }
        return await answer.Content.ReadFromJsonAsync<JsonElement>(stop);
    }

    private void Count(string what) => Done.AddOrUpdate(what, 1, (_, count) => count + 1);

    private int Next(int below)
    {
        lock (random)
        {
            return random.Next(below);
        }
    }

    private bool Chance(double share) => Next(10_000) < share * 10_000;

    private double Gauss() => Enumerable.Range(0, 12).Sum(_ => Next(10_000) / 10_000.0) - 6;
}
