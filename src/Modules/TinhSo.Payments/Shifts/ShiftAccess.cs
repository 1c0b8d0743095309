using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Shifts;

/// <summary>Which shifts a caller may see and act on; that one is there and that it is not cannot be told apart.
/// </summary>
internal sealed class ShiftAccess(PaymentsDb db, ICaller caller)
{
    public const string Read = "payments.cash-shifts";
    public const string Receive = "payments.cash-receive";

    /// <summary>A shift at a unit at which the caller holds a permission, or null.</summary>
    public async Task<CashShift?> Find(Guid shiftId, string permission, CancellationToken stop) =>
        await ById(shiftId, stop) is { } shift && caller.May(permission, shift.Unit) ? shift : null;

    /// <summary>The caller's own shift, or null: who has left the unit meanwhile must still hand over.</summary>
    public async Task<CashShift?> FindOwn(Guid shiftId, CancellationToken stop) =>
        await ById(shiftId, stop) is { } shift && shift.CollectedBy == caller.Signature ? shift : null;

    private Task<CashShift?> ById(Guid shiftId, CancellationToken stop) =>
        db.Shifts.AsNoTracking().SingleOrDefaultAsync(shift => shift.Id == shiftId, stop);
}
