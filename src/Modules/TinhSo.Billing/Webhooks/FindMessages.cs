using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Webhooks;

/// <summary>A receiver as people see it; its secret is never among it.</summary>
/// <param name="Waiting">How many messages wait.</param>
/// <param name="Dead">How many were given up.</param>
internal sealed record WebhookView(
    Guid Id, string Unit, string Name, string Url, IReadOnlyList<string> Events, DateTimeOffset CreatedAt,
    DateTimeOffset? PausedAt, DateTimeOffset? EndedAt, DateTimeOffset? OldSecretEndsAt, int Waiting, int Dead);

/// <summary>A message in a list.</summary>
internal sealed record MessageLine(
    Guid Id, string Event, string Subject, DateTimeOffset CreatedAt, MessageState State, int Attempts,
    DateTimeOffset? DueAt, DateTimeOffset? DeliveredAt);

/// <summary>One time that a message was sent.</summary>
internal sealed record AttemptLine(DateTimeOffset At, int? Status, string? Fault, int Milliseconds);

/// <summary>A message with all that became of it, newest attempt first.</summary>
internal sealed record MessageView(
    MessageLine Message, Guid WebhookId, string Body, IReadOnlyList<AttemptLine> Attempts);

/// <summary>Shows receivers and what was sent to them, and has it sent again.</summary>
internal sealed class FindMessages(BillingDb db, ICaller caller, TimeProvider clock)
{
    private const int ReceiversMax = 200;
    private const int AttemptsMax = 100;

    /// <summary>The receivers of all units of the caller, newest first.</summary>
    public async Task<IReadOnlyList<WebhookView>> List(CancellationToken stop)
    {
        var units = caller.UnitsFor(KeepWebhooks.Permission);
        var all = units.Contains(Units.Province);
        var rows = await db.Webhooks.AsNoTracking().Where(one => all || units.Contains(one.Unit))
            .OrderBy(one => one.EndedAt != null).ThenByDescending(one => one.Id).Take(ReceiversMax).ToListAsync(stop);
        var ids = rows.ConvertAll(one => one.Id);
        var counts = (await db.WebhookMessages.AsNoTracking()
            .Where(one => ids.Contains(one.WebhookId) && one.State != MessageState.Delivered)
            .GroupBy(one => new { one.WebhookId, one.State })
            .Select(group => new { group.Key.WebhookId, group.Key.State, Count = group.Count() })
            .ToListAsync(stop)).ToDictionary(one => (one.WebhookId, one.State), one => one.Count);
        return rows.ConvertAll(one => new WebhookView(one.Id, one.Unit, one.Name, one.Url, one.Events.Split(' '),
            one.CreatedAt, one.PausedAt, one.EndedAt,
            one.OldSecretEndsAt > clock.GetUtcNow() ? one.OldSecretEndsAt : null,
            counts.GetValueOrDefault((one.Id, MessageState.Waiting)),
            counts.GetValueOrDefault((one.Id, MessageState.Dead))));
    }

    /// <summary>One receiver, or null when there is none for the caller.</summary>
    public async Task<WebhookView?> Find(Guid id, CancellationToken stop) =>
        (await List(stop)).FirstOrDefault(one => one.Id == id);

    /// <summary>What was and will be sent to one receiver, newest first.</summary>
    /// <param name="id">The receiver.</param>
    /// <param name="state">Such as <c>dead</c>; all when empty.</param>
    /// <param name="search">The beginning of a subject, such as a bill's number; all when empty.</param>
    /// <param name="cursor">The <see cref="Page{T}.Next"/> of the page before.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<Outcome<Page<MessageLine>>> Messages(
        Guid id, string? state, string? search, string? cursor, int limit, CancellationToken stop)
    {
        var errors = new FieldErrors();
        MessageState? wanted = string.IsNullOrWhiteSpace(state) ? null : errors.Choice<MessageState>("state", state);
        var after = Guid.Empty;
        if (!string.IsNullOrEmpty(cursor) && !Guid.TryParse(cursor, out after))
        {
            errors.Add("cursor", "Con trỏ trang không đúng.", "Not the cursor of a page.");
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (await Find(id, stop) is null)
        {
            return KernelRefusals.NotFound;
        }
        var rows = db.WebhookMessages.AsNoTracking().Where(one => one.WebhookId == id);
        if (wanted is { } only)
        {
            rows = rows.Where(one => one.State == only);
        }
        if (!string.IsNullOrWhiteSpace(search))
        {
            var start = search.Trim().ToUpperInvariant();
            rows = rows.Where(one => one.Subject.StartsWith(start));
        }
        if (after != Guid.Empty)
        {
            var last = await db.WebhookMessages.AsNoTracking().SingleOrDefaultAsync(one => one.Id == after, stop);
            if (last is null)
            {
                return KernelRefusals.NotFound;
            }
            rows = rows.Where(one => one.CreatedAt < last.CreatedAt
                || (one.CreatedAt == last.CreatedAt && one.Id < last.Id));
        }
        limit = Math.Clamp(limit, 1, 200);
        var read = await rows.OrderByDescending(one => one.CreatedAt).ThenByDescending(one => one.Id)
            .Take(limit + 1).ToListAsync(stop);
        return Page.Cut(read.ConvertAll(Line), limit, one => one.Id.ToString());
    }

    /// <summary>One message with its attempts, or null when there is none for the caller.</summary>
    public async Task<MessageView?> Message(Guid id, CancellationToken stop)
    {
        var row = await db.WebhookMessages.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, stop);
        if (row is null || await Find(row.WebhookId, stop) is null)
        {
            return null;
        }
        var attempts = await db.WebhookAttempts.AsNoTracking().Where(one => one.MessageId == id)
            .OrderByDescending(one => one.At).ThenByDescending(one => one.Id).Take(AttemptsMax).ToListAsync(stop);
        return new MessageView(Line(row), row.WebhookId, row.Body,
            attempts.ConvertAll(one => new AttemptLine(one.At, one.Status, one.Fault, one.Milliseconds)));
    }

    /// <summary>Has a message sent once more from the beginning, under the same id.</summary>
    public async Task<Outcome<MessageView>> Replay(Guid id, CancellationToken stop)
    {
        if (await Message(id, stop) is not { } message)
        {
            return KernelRefusals.NotFound;
        }
        if (await Again(db.WebhookMessages.Where(one => one.Id == id), message.WebhookId, stop) is { } refusal)
        {
            return refusal;
        }
        return (await Message(id, stop))!;
    }

    /// <summary>Has all that was given up for a receiver sent once more; returns how many.</summary>
    public async Task<Outcome<ReplayedMessages>> ReplayDead(Guid webhookId, CancellationToken stop)
    {
        if (await Find(webhookId, stop) is not { } receiver)
        {
            return KernelRefusals.NotFound;
        }
        var dead = db.WebhookMessages.Where(one => one.WebhookId == webhookId && one.State == MessageState.Dead);
        return await Again(dead, webhookId, stop) is { } refusal ? refusal : new ReplayedMessages(receiver.Dead);
    }

    private async Task<Refusal?> Again(IQueryable<WebhookMessageRow> messages, Guid webhookId, CancellationToken stop)
    {
        if (await db.Webhooks.AnyAsync(one => one.Id == webhookId && one.EndedAt != null, stop))
        {
            return BillingRefusals.WebhookEnded;
        }
        var now = clock.GetUtcNow();
        await messages.ExecuteUpdateAsync(set => set.SetProperty(one => one.State, MessageState.Waiting)
            .SetProperty(one => one.DueAt, now).SetProperty(one => one.Attempts, 0), stop);
        return null;
    }

    private static MessageLine Line(WebhookMessageRow row) => new(row.Id, row.Event, row.Subject, row.CreatedAt,
        row.State, row.Attempts, row.State is MessageState.Waiting ? row.DueAt : null, row.DeliveredAt);
}

/// <summary>How many messages are sent once more.</summary>
internal sealed record ReplayedMessages(int Count);
