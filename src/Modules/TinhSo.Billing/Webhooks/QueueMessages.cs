using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Facts;
using TinhSo.Payments;

namespace TinhSo.Billing.Webhooks;

/// <summary>Writes a message for every receiver that wants to hear what happened.</summary>
/// <remarks>
/// Bodies bear no name, phone or account of a payer: whoever needs more asks the API with a key of its own.
/// </remarks>
internal sealed class QueueMessages(BillingDb db, IPayments payments, TimeProvider clock)
    : IHear<BillIssued>, IHear<BillPaid>, IHear<BillCancelled>, IHear<PaymentReceived>, IHear<PaymentRefunded>
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private List<WebhookRow>? receivers;

    public Task Hear(BillIssued fact, CancellationToken stop) =>
        TellOfBill(WebhookEvents.BillIssued, fact.BillId, fact.IssuedAt, stop);

    public Task Hear(BillPaid fact, CancellationToken stop) =>
        TellOfBill(WebhookEvents.BillPaid, fact.BillId, fact.PaidAt, stop);

    public Task Hear(BillCancelled fact, CancellationToken stop) =>
        TellOfBill(WebhookEvents.BillCancelled, fact.BillId, fact.CancelledAt, stop);

    public Task Hear(PaymentReceived fact, CancellationToken stop) => TellOfPayment(
        WebhookEvents.PaymentReceived, fact.PayeeId, fact.ReceiptCode, fact.ReceivedAt, fact, stop);

    public async Task Hear(PaymentRefunded fact, CancellationToken stop)
    {
        if ((await Wanting(WebhookEvents.PaymentRefunded, stop)).Count > 0
            && await payments.FindReceipt(fact.PaymentId, stop) is { } receipt)
        {
            await TellOfPayment(WebhookEvents.PaymentRefunded, receipt.PayeeId, receipt.Code, fact.RefundedAt, fact,
                stop);
        }
    }

    /// <summary>A message for one receiver, to be sent at once.</summary>
    /// <param name="id">Derived from what happened and for whom: the same thing is told once.</param>
    /// <param name="receiver">For whom.</param>
    /// <param name="name">One of <see cref="WebhookEvents"/>.</param>
    /// <param name="subject">By which people find it.</param>
    /// <param name="at">When it happened.</param>
    /// <param name="data">What is told of it.</param>
    public WebhookMessageRow Message(
        Guid id, Guid receiver, string name, string subject, DateTimeOffset at, object data) => new()
        {
            Id = id,
            WebhookId = receiver,
            Event = name,
            Subject = subject,
            Body = JsonSerializer.Serialize(new { type = name, timestamp = at, data }, Json),
            CreatedAt = clock.GetUtcNow(),
            State = MessageState.Waiting,
            DueAt = clock.GetUtcNow(),
        };

    private async Task TellOfBill(string name, Guid billId, DateTimeOffset at, CancellationToken stop)
    {
        if ((await Wanting(name, stop)).Count == 0 || await db.Bills.FindAsync([billId], stop) is not { } bill)
        {
            return;
        }
        // What is told is the bill as this event left it, also when the next has happened since.
        var isPaid = name == WebhookEvents.BillPaid;
        await Tell(bill.Unit, name, bill.Number, $"{name}/{billId}", at, new
        {
            billId,
            bill.Number,
            bill.Unit,
            bill.Customer,
            bill.Period,
            bill.ServiceCode,
            bill.Amount,
            bill.DueOn,
            bill.PayCode,
            channel = isPaid ? bill.Channel : null,
            receiptCode = isPaid ? bill.ReceiptCode : null,
        }, stop);
    }

    private async Task TellOfPayment(
        string name, Guid payeeId, string subject, DateTimeOffset at, object fact, CancellationToken stop)
    {
        if ((await Wanting(name, stop)).Count > 0 && await payments.FindPayee(payeeId, stop) is { } payee)
        {
            await Tell(payee.Unit, name, subject, $"{name}/{payeeId}/{subject}/{at:O}", at, fact, stop);
        }
    }

    private async Task Tell(string unit, string name, string subject, string what, DateTimeOffset at, object data,
        CancellationToken stop)
    {
        foreach (var receiver in (await Wanting(name, stop)).Where(one => one.Unit == unit))
        {
            var id = Ids.From("billing.webhook-message", $"{receiver.Id}/{what}");
            if (await db.WebhookMessages.FindAsync([id], stop) is null)
            {
                db.Add(Message(id, receiver.Id, name, subject, at, data));
            }
        }
    }

    // Read once for all facts that are heard together: most have nobody who wants to be told.
    private async Task<List<WebhookRow>> Wanting(string name, CancellationToken stop)
    {
        receivers ??= await db.Webhooks.AsNoTracking().Where(one => one.EndedAt == null).OrderBy(one => one.Id)
            .ToListAsync(stop);
        return receivers.FindAll(one => one.Events.Split(' ').Contains(name));
    }
}
