using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;

namespace TinhSo.Billing.Webhooks;

/// <summary>Sends messages to their receivers until they are taken, with growing pauses.</summary>
/// <remarks>
/// A message is taken for a while before it is sent, so that of several nodes one sends it; a node that ends amid it
/// leaves it to be sent again. So a receiver may hear a thing twice, under the same id, and not in order.
/// </remarks>
internal sealed partial class DeliverMessages(
    IServiceScopeFactory scopes, IHttpClientFactory clients, TimeProvider clock, ILogger<DeliverMessages> log)
    : BackgroundService
{
    /// <summary>The name of the client by which receivers are called.</summary>
    public const string Client = "billing.webhooks";

    private const int LookMax = 500;
    private const int BatchMax = 40;
    private const int AtOnce = 8;

    // Of one receiver, so that one that answers slowly does not keep the others waiting.
    private const int EachMax = 8;
    private const int FaultMax = 300;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // Longer than the calls of one batch may take, so that nobody sends what is being sent.
    private static readonly TimeSpan Taken = TimeSpan.FromSeconds(60);

    // The pauses that Standard Webhooks recommends: a day and a half in all.
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14),
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        await Rounds.Run(
            async stop => await timer.WaitForNextTickAsync(stop), Step, LogInterrupted, stoppingToken);
    }

    /// <summary>Sends all that is due once, and returns how many there were.</summary>
    public async Task<int> Step(CancellationToken stop)
    {
        var due = await TakeDue(stop);
        var bounds = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop };
        await Parallel.ForEachAsync(due, bounds, async (message, cancel) => await Send(message, cancel));
        return due.Count;
    }

    private async Task<List<WebhookMessageRow>> TakeDue(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BillingDb>();
        var now = clock.GetUtcNow();
        var due = await db.WebhookMessages.AsNoTracking()
            .Where(one => one.State == MessageState.Waiting && one.DueAt <= now
                && db.Webhooks.Any(to => to.Id == one.WebhookId && to.PausedAt == null && to.EndedAt == null))
            .OrderBy(one => one.DueAt).ThenBy(one => one.Id).Take(LookMax).ToListAsync(stop);
        var until = now + Taken;
        var taken = new List<WebhookMessageRow>();
        foreach (var message in due.GroupBy(one => one.WebhookId).SelectMany(each => each.Take(EachMax)).Take(BatchMax))
        {
            if (await db.WebhookMessages
                .Where(one => one.Id == message.Id && one.State == MessageState.Waiting && one.DueAt == message.DueAt)
                .ExecuteUpdateAsync(set => set.SetProperty(one => one.DueAt, until), stop) == 1)
            {
                taken.Add(message);
            }
        }
        return taken;
    }

    private async Task Send(WebhookMessageRow message, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BillingDb>();
        var receiver = await db.Webhooks.AsNoTracking().SingleAsync(one => one.Id == message.WebhookId, stop);
        var at = clock.GetUtcNow();
        var watch = Stopwatch.StartNew();
        var (status, fault) = await Call(receiver, message, at, stop);
        db.Add(new WebhookAttemptRow
        {
            Id = Ids.New(clock),
            MessageId = message.Id,
            At = at,
            Status = (int?)status,
            Fault = fault,
            Milliseconds = (int)watch.ElapsedMilliseconds,
        });
        var row = await db.WebhookMessages.SingleAsync(one => one.Id == message.Id, stop);
        row.Attempts++;
        if (fault is null)
        {
            (row.State, row.DeliveredAt) = (MessageState.Delivered, clock.GetUtcNow());
        }
        else if (row.Attempts > Pauses.Length || status is HttpStatusCode.Gone)
        {
            row.State = MessageState.Dead;
            LogGivenUp(message.Id, receiver.Id);
        }
        else
        {
            row.DueAt = clock.GetUtcNow() + Pauses[row.Attempts - 1];
        }
        await db.SaveChangesAsync(stop);
    }

    private async Task<(HttpStatusCode? Status, string? Fault)> Call(
        WebhookRow receiver, WebhookMessageRow message, DateTimeOffset at, CancellationToken stop)
    {
        try
        {
            using var client = clients.CreateClient(Client);
            using var request = new HttpRequestMessage(HttpMethod.Post, receiver.Url)
            {
                Content = new StringContent(message.Body, Encoding.UTF8, "application/json"),
            };
            var id = message.Id.ToString();
            request.Headers.Add(WebhookSignature.IdHeader, id);
            request.Headers.Add(WebhookSignature.TimeHeader, WebhookSignature.Seconds(at));
            request.Headers.Add(WebhookSignature.Header,
                WebhookSignature.Of(id, at, message.Body, SecretsOf(receiver, at)));
            using var answer = await client.SendAsync(request, stop);
            if (answer.IsSuccessStatusCode)
            {
                return (answer.StatusCode, null);
            }
            return (answer.StatusCode, Short(await answer.Content.ReadAsStringAsync(stop)));
        }
        catch (HttpRequestException failure)
        {
            return (null, Short(failure.Message));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return (null, "The receiver did not answer in time.");
        }
    }

    private static string Short(string text)
    {
        var plain = string.Concat(text.Where(letter => !char.IsControl(letter)).Take(FaultMax));
        return Words.Clean(plain);
    }

    private static IEnumerable<string> SecretsOf(WebhookRow receiver, DateTimeOffset at) =>
        receiver.OldSecret is { } old && receiver.OldSecretEndsAt > at ? [receiver.Secret, old] : [receiver.Secret];

    [LoggerMessage(LogLevel.Warning, "Message {Message} was given up: {Receiver} did not take it.")]
    private partial void LogGivenUp(Guid message, Guid receiver);

    [LoggerMessage(LogLevel.Error, "Sending messages was interrupted; it goes on in a moment.")]
    private partial void LogInterrupted(Exception failure);
}
