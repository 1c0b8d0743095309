using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Requests;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Suspense;

/// <summary>One line of the work list; names, accounts and what looks like one in the memo are masked.</summary>
internal sealed record SuspenseLine(Guid Id, SuspenseReason Reason, SuspenseState State, long Amount, string Memo,
    string? Payer, string AccountNumber, string? RequestCode, DateTimeOffset ArrivedAt);

/// <summary>Everything known about one item.</summary>
/// <param name="Left">What still waits, in đồng.</param>
/// <param name="Quoted">The request that the memo quoted, or null.</param>
internal sealed record SuspenseCase(SuspenseItem Item, StoredNotice Notice, long Left, StoredRequest? Quoted,
    IReadOnlyList<SuspenseAction> Actions, IReadOnlyList<Change> History);

/// <summary>Reads the work list of suspense.</summary>
internal sealed partial class FindSuspense(PaymentsDb db, ICaller caller)
{
    public const int LimitMax = 200;

    /// <summary>A page of the list, newest first.</summary>
    public async Task<Outcome<Page<SuspenseLine>>> List(
        SuspenseState? state, SuspenseReason? reason, string? cursor, int limit, CancellationToken stop)
    {
        if (!caller.May(SuspenseDesk.Permission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        var size = Math.Clamp(limit, 1, LimitMax);
        var items = db.Suspense.AsNoTracking();
        if (state is not null)
        {
            items = items.Where(item => item.State == state);
        }
        if (reason is not null)
        {
            items = items.Where(item => item.Reason == reason);
        }
        if (!string.IsNullOrEmpty(cursor))
        {
            if (!TryReadCursor(cursor, out var at, out var id))
            {
                var errors = new FieldErrors();
                errors.Add("cursor", "Con trỏ trang không hợp lệ.", "The cursor is not one that was given out.");
                return errors.ToRefusal();
            }
            items = items.Where(item => item.ArrivedAt < at || (item.ArrivedAt == at && item.Id.CompareTo(id) < 0));
        }
        var read = await items.OrderByDescending(item => item.ArrivedAt).ThenByDescending(item => item.Id)
            .Take(size + 1).ToListAsync(stop);
        var cut = Page.Cut(read, size, item => WriteCursor(item));
        return new Page<SuspenseLine>(await Describe(cut.Items, stop), cut.Next);
    }

    /// <summary>How much waits, and in how many items.</summary>
    public async Task<(int Items, long Amount)> Waiting(CancellationToken stop)
    {
        var open = db.Suspense.AsNoTracking().Where(item => item.State == SuspenseState.Open);
        return (await open.CountAsync(stop), await open.SumAsync(item => item.Amount, stop));
    }

    /// <summary>One item with all that is known about it, or null.</summary>
    public async Task<SuspenseCase?> Case(Guid itemId, CancellationToken stop)
    {
        var item = await db.Suspense.AsNoTracking().SingleOrDefaultAsync(found => found.Id == itemId, stop);
        if (item is null || !caller.May(SuspenseDesk.Permission, Units.Province))
        {
            return null;
        }
        var notice = await db.Notices.AsNoTracking().SingleAsync(found => found.Id == item.NoticeId, stop);
        var actions = await db.SuspenseActions.AsNoTracking()
            .Where(action => action.SuspenseId == itemId)
            .OrderBy(action => action.AskedAt).Take(100).ToListAsync(stop);
        var quoted = item.RequestId is { } requestId
            ? await db.Requests.AsNoTracking().SingleOrDefaultAsync(request => request.Id == requestId, stop)
            : null;
        var left = item.Amount - actions.Where(action => action.Holds).Sum(action => action.Amount);
        return new SuspenseCase(item, notice, left, quoted, actions, await db.HistoryOf(itemId, stop));
    }

    private async Task<List<SuspenseLine>> Describe(IReadOnlyList<SuspenseItem> items, CancellationToken stop)
    {
        var noticeIds = items.Select(item => item.NoticeId).ToList();
        var requestIds = items.Select(item => item.RequestId).OfType<Guid>().ToList();
        var notices = await db.Notices.AsNoTracking()
            .Where(notice => noticeIds.Contains(notice.Id)).ToDictionaryAsync(notice => notice.Id, stop);
        var codes = await db.Requests.AsNoTracking()
            .Where(request => requestIds.Contains(request.Id)).ToDictionaryAsync(r => r.Id, r => r.Code, stop);
        return [.. items.Select(item => new SuspenseLine(item.Id, item.Reason, item.State, item.Amount,
            MaskNumbers(notices[item.NoticeId].Memo), MaskName(notices[item.NoticeId].PayerName),
            Words.Mask(item.AccountNumber, 4),
            item.RequestId is { } id ? codes.GetValueOrDefault(id) : null, item.ArrivedAt))];
    }

    /// <summary>A name by its initials: enough to tell two payers apart, too little to know either.</summary>
    public static string? MaskName(string? name) => string.IsNullOrWhiteSpace(name)
        ? null
        : string.Join(' ', name.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => $"{word[0]}•••"));

    /// <summary>A memo without the phones, accounts and personal ids that payers write into it.</summary>
    public static string MaskNumbers(string memo) => Long().Replace(memo, number => Words.Mask(number.Value));

    [GeneratedRegex("[0-9]{9,}")]
    private static partial Regex Long();

    private static string WriteCursor(SuspenseItem item) =>
        string.Create(CultureInfo.InvariantCulture, $"{item.ArrivedAt.UtcTicks}.{item.Id:N}");

    private static bool TryReadCursor(string cursor, out DateTimeOffset at, out Guid id)
    {
        at = default;
        id = default;
        var parts = cursor.Split('.');
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            || ticks > DateTime.MaxValue.Ticks || !Guid.TryParseExact(parts[1], "N", out id))
        {
            return false;
        }
        at = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }
}
