using Microsoft.EntityFrameworkCore;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Statements;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Closing;

/// <summary>What an accepted difference sets on entries, notices and moves, and what its failure takes back.</summary>
internal static class AcceptanceMarks
{
    public static Task Set(PaymentsDb db, Acceptance acceptance, CancellationToken stop) =>
        acceptance.Way is AcceptanceWay.Later ? Task.CompletedTask : Mark(db, acceptance, acceptance.Day, stop);

    public static Task Unset(PaymentsDb db, Acceptance acceptance, CancellationToken stop) =>
        acceptance.Way is AcceptanceWay.Later ? Task.CompletedTask : Mark(db, acceptance, null, stop);

    private static async Task Mark(PaymentsDb db, Acceptance acceptance, DateOnly? day, CancellationToken stop)
    {
        if (acceptance.EntryId is { } entryId && await db.Lock<StatementEntry>(entryId, stop) is { } entry)
        {
            entry.State = day is null ? EntryState.Open : EntryState.Accepted;
            entry.SettledBy = day is null ? null : acceptance.ApprovedBy;
            entry.SettledAt = day is null ? null : acceptance.ApprovedAt;
        }
        if (acceptance.NoticeId is { } noticeId)
        {
            var notice = (await db.Notices.FindAsync([noticeId], stop))!;
            notice.ShownOn = day;
            notice.EntryId = day is null ? null : acceptance.EntryId;
            notice.Version++;
            await db.Moves
                .Where(move => move.NoticeId == noticeId
                    && (move.Purpose == MovePurpose.Payment || move.Purpose == MovePurpose.Suspense))
                .ExecuteUpdateAsync(set => set.SetProperty(move => move.ShownOn, day), stop);
        }
        if (acceptance.MoveId is { } moveId)
        {
            await db.Moves.Where(move => move.Id == moveId)
                .ExecuteUpdateAsync(set => set.SetProperty(move => move.ShownOn, day), stop);
        }
    }
}
