using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Storage;
using TinhSo.Payments.Suspense;

namespace TinhSo.Payments.Settlements;

/// <summary>A file in a list.</summary>
internal sealed record PartnerFileItem(Guid Id, Guid PartnerId, string PartnerCode, DateOnly Day, string FileName,
    PartnerFileState State, int Lines, long Total, int BadLines, DateTimeOffset UploadedAt);

/// <summary>A file, and what has come of it so far.</summary>
/// <param name="Lines">How many there are beside the header.</param>
/// <param name="Total">What they come to, bad ones included, in đồng.</param>
/// <param name="GoodTotal">What the lines without a fault come to.</param>
/// <param name="Fees">What the partner will keep of them.</param>
/// <param name="Done">How many lines were gone through to book them.</param>
/// <param name="Before">How many of them an earlier file had.</param>
/// <param name="LeftOut">How many of them an earlier file told otherwise.</param>
/// <param name="Paid">What pays requests and standing codes.</param>
/// <param name="Waits">What came into suspense.</param>
internal sealed record PartnerFileView(Guid Id, Guid PartnerId, string PartnerCode, Text PartnerName, PartnerKind Kind,
    DateOnly Day, string FileName, PartnerFileState State, int Lines, long Total, int BadLines, long GoodTotal,
    long Fees, int Done, int Before, int LeftOut, MoneyCount Paid, MoneyCount Waits, DateTimeOffset UploadedAt,
    DateTimeOffset? FinishedAt)
{
    public int Bookable => Lines - BadLines;
}

/// <summary>So many, and what they come to.</summary>
internal sealed record MoneyCount(int Count, long Amount);

/// <summary>A line, and what has come of it.</summary>
/// <param name="Reason">Why some of it waits; null when none does.</param>
/// <param name="SuspenseId">Where it waits.</param>
internal sealed record PartnerLineView(int Line, string TransactionId, string RequestCode, long Amount, long Fee,
    DateTimeOffset PaidAt, string? Terminal, PartnerLineState State, long Paid, long Waits, SuspenseReason? Reason,
    Guid? SuspenseId);

/// <summary>What is wrong with one field of one line, in the language of the request.</summary>
internal sealed record PartnerFaultView(int Line, string Column, string Reason);

/// <summary>Finds partners' files, their lines, and what is wrong in them.</summary>
internal sealed class FindPartnerFiles(PaymentsDb db, FindPartners partners, ICaller caller)
{
    public const int LimitMax = 200;

    /// <summary>The files of partners that the caller may see, newest first.</summary>
    public async Task<Outcome<Page<PartnerFileItem>>> List(string? cursor, int limit, CancellationToken stop)
    {
        var codes = (await partners.List(FindPartners.Read, stop)).ToDictionary(one => one.Id, one => one.Code);
        var (ids, size) = (codes.Keys.ToList(), Math.Clamp(limit, 1, LimitMax));
        var files = db.PartnerFiles.AsNoTracking()
            .Where(file => ids.Contains(file.PartnerId) && file.State != PartnerFileState.Uploading);
        if (!string.IsNullOrEmpty(cursor))
        {
            if (!Guid.TryParseExact(cursor, "N", out var last))
            {
                return WrongCursor();
            }
            files = files.Where(file => file.Id.CompareTo(last) < 0);
        }
        var read = await files.OrderByDescending(file => file.Id).Take(size + 1).ToListAsync(stop);
        return Page.Cut(read.ConvertAll(file => new PartnerFileItem(file.Id, file.PartnerId, codes[file.PartnerId],
            file.Day, file.FileName, file.State, file.Lines, file.Total, file.BadLines, file.UploadedAt)), size,
            file => file.Id.ToString("N"));
    }

    /// <summary>A file that the caller may see, or null.</summary>
    public async Task<PartnerFileView?> Find(Guid id, CancellationToken stop)
    {
        var found = await (from file in db.PartnerFiles.AsNoTracking()
                           join partner in db.Partners on file.PartnerId equals partner.Id
                           where file.Id == id && file.State != PartnerFileState.Uploading
                           select new { file, partner }).SingleOrDefaultAsync(stop);
        if (found is null || !caller.May(FindPartners.Read, found.partner.Unit))
        {
            return null;
        }
        var states = await db.PartnerLines.AsNoTracking().Where(line => line.FileId == id)
            .GroupBy(line => line.State).Select(state => new { state.Key, Count = state.Count() })
            .ToDictionaryAsync(state => state.Key, state => state.Count, stop);
        var (before, leftOut) = (states.GetValueOrDefault(PartnerLineState.Before),
            states.GetValueOrDefault(PartnerLineState.LeftOut));
        var money = await Money(id, stop);
        return new PartnerFileView(id, found.partner.Id, found.partner.Code, found.partner.Name, found.partner.Kind,
            found.file.Day, found.file.FileName, found.file.State, found.file.Lines, found.file.Total,
            found.file.BadLines, found.file.GoodTotal, found.file.Fees,
            states.GetValueOrDefault(PartnerLineState.Decided) + before + leftOut, before, leftOut,
            money.GetValueOrDefault(MovePurpose.Payment, new(0, 0)),
            money.GetValueOrDefault(MovePurpose.Suspense, new(0, 0)), found.file.UploadedAt, found.file.FinishedAt);
    }

    /// <summary>The lines of a file in their order.</summary>
    public async Task<Outcome<Page<PartnerLineView>>> Lines(Guid id, string? cursor, int limit, CancellationToken stop)
    {
        var after = 0;
        if (!string.IsNullOrEmpty(cursor)
            && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            return WrongCursor();
        }
        var size = Math.Clamp(limit, 1, LimitMax);
        var lines = await db.PartnerLines.AsNoTracking().Where(line => line.FileId == id && line.Line > after)
            .OrderBy(line => line.Line).Take(size + 1).ToListAsync(stop);
        var booked = lines.Where(line => line.State is PartnerLineState.Kept or PartnerLineState.Decided)
            .Select(line => line.NoticeId).ToList();
        var moves = (await Booked().Where(move => booked.Contains(move.NoticeId!.Value)).ToListAsync(stop))
            .ToLookup(move => move.NoticeId!.Value);
        return Page.Cut(lines.ConvertAll(line => View(line, moves)), size,
            line => line.Line.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>What is wrong in a file, by line; the next part begins behind <paramref name="cursor"/>.</summary>
    public async Task<Page<PartnerFaultView>> Faults(Guid id, string? cursor, int limit, CancellationToken stop)
    {
        var size = Math.Clamp(limit, 1, LimitMax);
        var (line, field) = Read(cursor);
        var faults = await db.PartnerFaults.AsNoTracking()
            .Where(one => one.FileId == id
                && (one.Line > line || (one.Line == line && one.Field.CompareTo(field) > 0)))
            .OrderBy(one => one.Line).ThenBy(one => one.Field).Take(size + 1).ToListAsync(stop);
        return Page.Cut(faults.ConvertAll(one => new PartnerFaultView(one.Line, one.Field, one.Reason.ToString())),
            size, one => string.Create(CultureInfo.InvariantCulture, $"{one.Line}-{one.Column}"));
    }

    /// <summary>All that is wrong in a file, as rows of a table.</summary>
    public async IAsyncEnumerable<IReadOnlyList<string?>> FaultRows(
        Guid id, [EnumeratorCancellation] CancellationToken stop)
    {
        yield return ["line", "column", "reason_vi", "reason_en"];
        var faults = db.PartnerFaults.AsNoTracking().Where(one => one.FileId == id)
            .OrderBy(one => one.Line).ThenBy(one => one.Field).AsAsyncEnumerable();
        await foreach (var one in faults.WithCancellation(stop))
        {
            yield return [one.Line.ToString(CultureInfo.InvariantCulture), one.Field, one.ReasonVi, one.ReasonEn];
        }
    }

    private async Task<Dictionary<MovePurpose, MoneyCount>> Money(Guid id, CancellationToken stop) =>
        await (from line in db.PartnerLines.AsNoTracking()
               where line.FileId == id
                   && (line.State == PartnerLineState.Kept || line.State == PartnerLineState.Decided)
               join move in Booked() on (Guid?)line.NoticeId equals move.NoticeId
               group move by move.Purpose into purpose
               select new { purpose.Key, Count = purpose.Count(), Amount = purpose.Sum(move => move.Amount) })
            .ToDictionaryAsync(one => one.Key, one => new MoneyCount(one.Count, one.Amount), stop);

    /// <summary>What notices have moved, or are about to, and the ledger has not refused.</summary>
    private IQueryable<Move> Booked() => db.Moves.AsNoTracking()
        .Where(move => move.NoticeId != null && move.State != MoveState.Refused
            && (move.Purpose == MovePurpose.Payment || move.Purpose == MovePurpose.Suspense));

    private static PartnerLineView View(PartnerLine line, ILookup<Guid, Move> moves)
    {
        var own = line.State is PartnerLineState.Kept or PartnerLineState.Decided ? moves[line.NoticeId].ToList() : [];
        var waits = own.Find(move => move.Purpose is MovePurpose.Suspense);
        return new PartnerLineView(line.Line, line.TransactionId, line.RequestCode, line.Amount, line.Fee, line.PaidAt,
            line.Terminal, line.State, own.Where(move => move.Purpose is MovePurpose.Payment).Sum(move => move.Amount),
            waits?.Amount ?? 0, waits?.SuspenseReason, waits?.SubjectId);
    }

    private static (int Line, string Field) Read(string? cursor) =>
        cursor?.Split('-', 2) is [var line, var field]
            && int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (number, field) : (0, "");

    private static Refusal WrongCursor()
    {
        var errors = new FieldErrors();
        errors.Add("cursor", "Con trỏ trang không hợp lệ.", "The cursor is not one that was given out.");
        return errors.ToRefusal();
    }
}
