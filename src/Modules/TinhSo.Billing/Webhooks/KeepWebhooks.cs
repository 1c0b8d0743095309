using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Webhooks;

/// <summary>Asks for a receiver, as it was typed.</summary>
/// <param name="Id">Chosen by the caller. A second order with it is refused: its secret cannot be shown again.</param>
/// <param name="Unit">Whose bills and money, such as <c>market:0197…</c>.</param>
/// <param name="Name">By which people know it.</param>
/// <param name="Url">Where messages are sent: HTTPS, at a host that the operator allows.</param>
/// <param name="Events">Of <see cref="WebhookEvents.All"/>, at least one.</param>
internal sealed record WebhookOrder(Guid Id, string? Unit, string? Name, string? Url, IReadOnlyList<string?>? Events);

/// <summary>A secret as it is shown, once.</summary>
/// <param name="Id">The receiver.</param>
/// <param name="Secret">What it checks signatures with.</param>
/// <param name="OldEndsAt">Until when messages are signed with the one before too; null when there was none.</param>
internal sealed record IssuedSecret(Guid Id, string Secret, DateTimeOffset? OldEndsAt);

/// <summary>Registers receivers of messages, changes their secrets, pauses and ends them.</summary>
internal sealed class KeepWebhooks(
    BillingDb db, QueueMessages queue, IConfiguration configuration, ICaller caller, TimeProvider clock)
{
    public const string Permission = "billing.webhooks";
    private const int UrlMax = 500;
    private const int EachMax = 10;
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    public async Task<Outcome<IssuedSecret>> Register(WebhookOrder order, CancellationToken stop)
    {
        var errors = new FieldErrors();
        errors.Id("id", order.Id);
        var unit = errors.Required("unit", order.Unit, 100);
        var name = errors.Required("name", order.Name, 100);
        var url = Url(errors, order.Url);
        var events = Events(errors, order.Events);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (!caller.May(Permission, unit))
        {
            return KernelRefusals.Forbidden;
        }
        return await db.InTransaction<Outcome<IssuedSecret>>(async () =>
        {
            if (!await db.Billers.AnyAsync(biller => biller.Unit == unit, stop))
            {
                return BillingRefusals.NoSuchBiller;
            }
            if (await db.Webhooks.AnyAsync(one => one.Id == order.Id, stop))
            {
                return BillingRefusals.WebhookIdUsed;
            }
            if (await db.Webhooks.CountAsync(one => one.Unit == unit && one.EndedAt == null, stop) >= EachMax)
            {
                return BillingRefusals.TooManyWebhooks;
            }
            var row = db.Add(new WebhookRow
            {
                Id = order.Id,
                Unit = unit,
                Name = name,
                Url = url,
                Events = string.Join(' ', events),
                Secret = WebhookSignature.NewSecret(),
                CreatedAt = clock.GetUtcNow(),
                CreatedBy = caller.Signature,
            }).Entity;
            await db.SaveChangesAsync(stop);
            return new IssuedSecret(row.Id, row.Secret, null);
        }, stop);
    }

    /// <summary>Makes a new secret; messages are signed with the old one too for a day.</summary>
    public Task<Outcome<IssuedSecret>> NewSecret(Guid id, CancellationToken stop) =>
        Change(id, (row, now) =>
        {
            (row.OldSecret, row.OldSecretEndsAt) = (row.Secret, now + Overlap);
            row.Secret = WebhookSignature.NewSecret();
            return new IssuedSecret(row.Id, row.Secret, row.OldSecretEndsAt);
        }, stop);

    /// <summary>Lets messages wait from now on, or go out again.</summary>
    public Task<Outcome<WebhookRow>> Pause(Guid id, bool paused, CancellationToken stop) =>
        Change(id, (row, now) =>
        {
            row.PausedAt = paused ? row.PausedAt ?? now : null;
            return row;
        }, stop);

    /// <summary>Ends a receiver for ever; what still waits for it is not sent.</summary>
    public Task<Outcome<WebhookRow>> End(Guid id, CancellationToken stop) => Change(id, (row, now) =>
    {
        row.EndedAt = now;
        return row;
    }, stop);

    /// <summary>Has a message sent that only says that it is a test.</summary>
    public Task<Outcome<WebhookMessageRow>> SendTest(Guid id, CancellationToken stop) => Change(id, (row, now) =>
        db.Add(queue.Message(Ids.New(clock), row.Id, WebhookEvents.Test, row.Name, now,
            new { webhookId = row.Id, row.Unit })).Entity, stop);

    private Task<Outcome<T>> Change<T>(
        Guid id, Func<WebhookRow, DateTimeOffset, T> change, CancellationToken stop) where T : class =>
        db.InTransaction<Outcome<T>>(async () =>
        {
            var row = await db.Webhooks.SingleOrDefaultAsync(one => one.Id == id, stop);
            if (row is null || !caller.May(Permission, row.Unit))
            {
                return KernelRefusals.NotFound;
            }
            if (row.EndedAt is not null)
            {
                return BillingRefusals.WebhookEnded;
            }
            var changed = change(row, clock.GetUtcNow());
            await db.SaveChangesAsync(stop);
            return changed;
        }, stop);

    private string Url(FieldErrors errors, string? typed)
    {
        var text = errors.Required("url", typed, UrlMax);
        if (text.Length == 0)
        {
            return text;
        }
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.UserInfo.Length > 0 || url.Fragment.Length > 0)
        {
            errors.Add("url", "Hãy nhập địa chỉ đầy đủ, ví dụ https://thu.example.vn/tinhso.",
                "Enter a whole address, such as https://billing.example.vn/tinhso.");
        }
        else if (!OutboundCalls.MayCall(url, configuration))
        {
            errors.Add("url",
                $"TinhSo chưa được phép gọi tới {url.Host}. Nhờ đơn vị vận hành thêm máy chủ này; phải là HTTPS.",
                $"TinhSo may not call {url.Host} yet. Ask the operator to add the host; it must be HTTPS.");
        }
        return text;
    }

    private static List<string> Events(FieldErrors errors, IReadOnlyList<string?>? asked)
    {
        var events = WebhookEvents.All.Where(name => asked?.Contains(name) is true).ToList();
        if (events.Count == 0 || asked!.Any(name => !WebhookEvents.All.Contains(name)))
        {
            errors.Add("events", "Hãy chọn ít nhất một sự kiện trong danh sách.", "Choose at least one of the events.");
        }
        return events;
    }
}
