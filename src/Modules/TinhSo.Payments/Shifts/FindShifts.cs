using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Shifts;

/// <summary>Which shifts are wanted; null asks for any.</summary>
/// <param name="Day">On which they were opened, in Vietnam.</param>
internal sealed record ShiftFilter(string? Unit, DateOnly? Day, ShiftState? State);

/// <summary>A shift in a list; what was expected is only told once it was counted.</summary>
internal sealed record ShiftLine(Guid Id, string Unit, string UnitName, string CollectedBy, ShiftState State,
    DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, long OpeningFloat, long? Expected, long? Counted,
    long? Difference, string? ReceivedBy);

/// <summary>Cash that was taken in a shift.</summary>
internal sealed record TakenCash(DateTimeOffset At, string ReceiptCode, long Amount, string Description);

/// <summary>What a shift comes to, in đồng; there is none before it is counted.</summary>
/// <param name="Before">What lay in the till already when the shift began.</param>
/// <param name="OpeningFloat">What the vault handed out.</param>
/// <param name="Taken">For requests.</param>
/// <param name="Refunded">In cash, out of the till.</param>
/// <param name="Expected">What the till held by the ledger.</param>
/// <param name="Counted">What the collector found in it.</param>
/// <param name="Difference">Counted less expected.</param>
internal sealed record ShiftFigures(long Before, long OpeningFloat, long Taken, long Refunded, long Expected,
    long Counted, long Difference);

/// <summary>A count that was given, whatever became of it.</summary>
internal sealed record GivenCount(ShiftStep Step, IReadOnlyList<NoteCount> Notes);

/// <summary>Everything about one shift.</summary>
/// <param name="Float">The float that is signed for; null when there is none.</param>
/// <param name="Counts">Every one ever given, oldest first.</param>
/// <param name="Taken">Newest first, 500 at most.</param>
internal sealed record ShiftCase(CashShift Shift, string UnitName, ShiftStep? Float, IReadOnlyList<GivenCount> Counts,
    int TakenCount, IReadOnlyList<TakenCash> Taken, ShiftFigures? Figures, IReadOnlyList<Change> History)
{
    /// <summary>The count that stands, or null.</summary>
    public GivenCount? Count => Counts.FirstOrDefault(one => one.Step.Id == Shift.CountId);
}

/// <summary>Reads shifts, for collectors their own and for officers those of their units.</summary>
internal sealed class FindShifts(PaymentsDb db, ShiftAccess access, ICaller caller)
{
    public const int LimitMax = 200;
    public const int ExportMax = 10_000;
    private const int TakenMax = 500;
    private const int UnitsMax = 500;

    /// <summary>The caller's shift that is not over, or else the last one; null before the first.</summary>
    public async Task<ShiftCase?> Mine(CancellationToken stop)
    {
        var tillId = LedgerAccounts.Cash(caller.Signature);
        var shifts = await db.Shifts.AsNoTracking().Where(shift => shift.TillId == tillId)
            .OrderByDescending(shift => shift.OpenedAt).ThenByDescending(shift => shift.Id).Take(2).ToListAsync(stop);
        var shift = shifts.Find(one => one.State is not (ShiftState.HandedOver or ShiftState.Cancelled))
            ?? shifts.FirstOrDefault();
        if (shift is null)
        {
            return null;
        }
        var found = await Read(shift, stop);
        // Whoever counts again is to count, and not to correct what was told the first time.
        return shift.State is ShiftState.Open ? found with { Counts = [] } : found;
    }

    /// <summary>A shift at one of the caller's units, or null.</summary>
    public async Task<ShiftCase?> Find(Guid shiftId, CancellationToken stop) =>
        await access.Find(shiftId, ShiftAccess.Read, stop) is { } shift ? await Read(shift, stop) : null;

    /// <summary>A page of the list, newest first.</summary>
    public async Task<Outcome<Page<ShiftLine>>> List(
        ShiftFilter filter, string? cursor, int limit, CancellationToken stop)
    {
        var shifts = Allowed();
        if (filter.Unit is { } unit)
        {
            shifts = shifts.Where(shift => shift.Unit == unit);
        }
        if (filter.State is { } state)
        {
            shifts = shifts.Where(shift => shift.State == state);
        }
        if (filter.Day is { } day)
        {
            var (from, to) = (VietnamTime.StartOf(day), VietnamTime.StartOf(day.AddDays(1)));
            shifts = shifts.Where(shift => shift.OpenedAt >= from && shift.OpenedAt < to);
        }
        if (!string.IsNullOrEmpty(cursor))
        {
            if (!TryReadCursor(cursor, out var at, out var id))
            {
                var errors = new FieldErrors();
                errors.Add("cursor", "Con trỏ trang không hợp lệ.", "The cursor is not one that was given out.");
                return errors.ToRefusal();
            }
            shifts = shifts.Where(
                shift => shift.OpenedAt < at || (shift.OpenedAt == at && shift.Id.CompareTo(id) < 0));
        }
        var size = Math.Clamp(limit, 1, ExportMax);
        var read = await shifts.OrderByDescending(shift => shift.OpenedAt).ThenByDescending(shift => shift.Id)
            .Take(size + 1).ToListAsync(stop);
        var cut = Page.Cut(read, size, WriteCursor);
        return new Page<ShiftLine>(await Describe(cut.Items, stop), cut.Next);
    }

    /// <summary>The units at which somebody is paid and the caller holds a permission, by name.</summary>
    public async Task<IReadOnlyList<NamedUnit>> UnitsFor(string permission, CancellationToken stop)
    {
        var held = caller.UnitsFor(permission).ToList();
        // A trader is a unit too, whose money no collector takes.
        var payees = db.Payees.AsNoTracking().Where(payee => !EF.Functions.Like(payee.Unit, "payee:%"));
        if (!held.Contains(Units.Province))
        {
            payees = payees.Where(payee => held.Contains(payee.Unit));
        }
        var named = await payees.OrderBy(payee => payee.Name).Select(payee => new { payee.Unit, payee.Name })
            .Take(UnitsMax).ToListAsync(stop);
        return [.. named.GroupBy(one => one.Unit).Select(one => new NamedUnit(one.Key, one.First().Name))];
    }

    private IQueryable<CashShift> Allowed()
    {
        var held = caller.UnitsFor(ShiftAccess.Read).ToList();
        var shifts = db.Shifts.AsNoTracking();
        return held.Contains(Units.Province) ? shifts : shifts.Where(shift => held.Contains(shift.Unit));
    }

    /// <summary>Everything about a shift that the caller may see.</summary>
    public async Task<ShiftCase> Read(CashShift shift, CancellationToken stop)
    {
        var steps = await db.ShiftSteps.AsNoTracking().Where(step => step.ShiftId == shift.Id)
            .OrderBy(step => step.ProposedAt).ThenBy(step => step.Id).ToListAsync(stop);
        var ids = steps.ConvertAll(step => step.Id);
        var notes = await db.CountedNotes.AsNoTracking().Where(note => ids.Contains(note.StepId))
            .OrderByDescending(note => note.Value).ToListAsync(stop);
        var taken = db.Payments.AsNoTracking().Where(payment => payment.ShiftId == shift.Id);
        var newest = await taken.OrderByDescending(payment => payment.ReceivedAt)
            .ThenByDescending(payment => payment.Id).Take(TakenMax).ToListAsync(stop);
        var counts = steps.FindAll(step => step.Kind is ShiftStepKind.Count).ConvertAll(step => new GivenCount(step,
            [.. notes.Where(note => note.StepId == step.Id).Select(note => new NoteCount(note.Value, note.Pieces))]));
        var names = await NamesOf([shift.Unit], stop);
        return new ShiftCase(shift, names.GetValueOrDefault(shift.Unit, shift.Unit),
            steps.Find(step => step.Kind is ShiftStepKind.Float), counts, await taken.CountAsync(stop),
            newest.ConvertAll(one => new TakenCash(one.ReceivedAt, one.ReceiptCode, one.Amount, one.Description)),
            await Figures(shift, steps.Find(step => step.Id == shift.CountId), stop),
            await db.HistoryOf(shift.Id, stop));
    }

    private async Task<ShiftFigures?> Figures(CashShift shift, ShiftStep? count, CancellationToken stop)
    {
        if (count?.Expected is not { } expected)
        {
            return null;
        }
        var taken = await db.Payments.Where(payment => payment.ShiftId == shift.Id)
            .SumAsync(payment => payment.Amount, stop);
        var refunded = await db.Moves
            .Where(move => move.ShiftId == shift.Id && move.Purpose == MovePurpose.Refund
                && move.State == MoveState.Settled)
            .SumAsync(move => move.Amount, stop);
        return new ShiftFigures(expected - shift.OpeningFloat - taken + refunded, shift.OpeningFloat, taken, refunded,
            expected, count.Amount, count.Difference);
    }

    private async Task<List<ShiftLine>> Describe(IReadOnlyList<CashShift> shifts, CancellationToken stop)
    {
        var countIds = shifts.Select(shift => shift.CountId).OfType<Guid>().ToList();
        var counts = await db.ShiftSteps.AsNoTracking().Where(step => countIds.Contains(step.Id))
            .ToDictionaryAsync(step => step.Id, stop);
        var names = await NamesOf([.. shifts.Select(shift => shift.Unit).Distinct()], stop);
        return [.. shifts.Select(shift =>
        {
            var count = shift.CountId is { } id ? counts.GetValueOrDefault(id) : null;
            return new ShiftLine(shift.Id, shift.Unit, names.GetValueOrDefault(shift.Unit, shift.Unit),
                shift.CollectedBy, shift.State, shift.OpenedAt, shift.ClosedAt, shift.OpeningFloat, count?.Expected,
                count?.Amount, count?.Difference, count?.ApprovedBy);
        })];
    }

    /// <summary>Units by who was first paid there, as a market's board is.</summary>
    private async Task<Dictionary<string, string>> NamesOf(List<string> units, CancellationToken stop)
    {
        var payees = await db.Payees.AsNoTracking().Where(payee => units.Contains(payee.Unit))
            .OrderBy(payee => payee.RegisteredAt).Select(payee => new { payee.Unit, payee.Name })
            .Take(UnitsMax).ToListAsync(stop);
        return payees.GroupBy(one => one.Unit).ToDictionary(one => one.Key, one => one.First().Name);
    }

    private static string WriteCursor(CashShift shift) =>
        string.Create(CultureInfo.InvariantCulture, $"{shift.OpenedAt.UtcTicks}.{shift.Id:N}");

    private static bool TryReadCursor(string cursor, out DateTimeOffset at, out Guid id)
    {
        (at, id) = (default, default);
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
