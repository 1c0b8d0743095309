using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Ledger;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Receipts;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Shifts;

/// <summary>Where cash may be taken, from where it is given back, and what a till holds.</summary>
internal sealed class Tills(PaymentsDb db, ILedger ledger, PostMoves moves, IConfiguration configuration)
{
    // As many as can have been left behind by an outage, and one request can wait for.
    private const int WaitingMax = 200;

    private readonly bool isRequired = configuration.GetValue("Payments:Cash:ShiftRequired", false);

    private readonly string[] requiredAt =
        configuration.GetSection("Payments:Cash:ShiftRequiredAt").Get<string[]>() ?? [];

    /// <summary>Sees to it that a till has the row under whose lock it is decided upon.</summary>
    public async Task Keep(Guid tillId, CancellationToken stop)
    {
        if (await db.Tills.AsNoTracking().AnyAsync(till => till.Id == tillId, stop))
        {
            return;
        }
        await db.InTransaction(async () =>
        {
            if (!await db.Tills.AnyAsync(till => till.Id == tillId, stop))
            {
                db.Tills.Add(new Till { Id = tillId });
            }
            return await db.SaveChangesAsync(stop);
        }, stop);
    }

    /// <summary>Holds a till until the transaction ends, and reads its shift anew; null when none is under way.
    /// </summary>
    public async Task<CashShift?> Hold(Guid tillId, CancellationToken stop)
    {
        if (await db.Lock<Till>(tillId, stop) is null)
        {
            return null;
        }
        var shift = await db.Shifts.SingleOrDefaultAsync(one => one.TillId == tillId
            && one.State != ShiftState.HandedOver && one.State != ShiftState.Cancelled, stop);
        if (shift is not null)
        {
            await db.Entry(shift).ReloadAsync(stop);
        }
        return shift;
    }

    /// <summary>Whether a collector may take cash for a payee of a unit, and in which shift.</summary>
    public async Task<(Refusal? Refusal, Guid? ShiftId)> ForTaking(Guid tillId, string unit, CancellationToken stop) =>
        await Hold(tillId, stop) switch
        {
            null => (IsShiftRequired(unit) ? PaymentRefusals.ShiftNeeded with { Detail = OpenFirst } : null, null),
            { State: not ShiftState.Open } shift => (WrongState(shift), null),
            { } shift when shift.Unit != unit => (PaymentRefusals.ShiftElsewhere, null),
            { } shift => (null, shift.Id),
        };

    /// <summary>Out of which account a payment is given back: where its money lies now.</summary>
    /// <remarks>Cash that was handed over lies in the vault, whose till may be empty since.</remarks>
    public async Task<(Refusal? Refusal, Guid Account, Guid? ShiftId)> ForRefund(
        Payment payment, CancellationToken stop)
    {
        var shift = await Hold(payment.MoneyAccount, stop);
        var handedOver = await db.Shifts.AsNoTracking()
            .Where(one => one.TillId == payment.MoneyAccount && one.State == ShiftState.HandedOver
                && (one.Id == payment.ShiftId || (payment.ShiftId == null && one.ClosedAt >= payment.ReceivedAt)))
            .OrderBy(one => one.ClosedAt).FirstOrDefaultAsync(stop);
        return handedOver is not null ? (null, LedgerAccounts.Vault(handedOver.Unit), null)
            : shift is { State: ShiftState.Counted } ? (WrongState(shift), Guid.Empty, null)
            : (null, payment.MoneyAccount, shift is { State: ShiftState.Open } ? shift.Id : null);
    }

    /// <summary>What an account for coins and notes holds by the ledger, in đồng.</summary>
    public async Task<long> Holding(Guid accountId, CancellationToken stop) =>
        (await ledger.Find(accountId, stop))?.Balance.DebitBalance ?? 0;

    /// <summary>Whether something that touches a till was decided and is not in the ledger yet.</summary>
    public Task<bool> IsPosting(Guid tillId, CancellationToken stop) => Waiting(tillId).AnyAsync(stop);

    /// <summary>Asks the ledger for what was decided and left behind.</summary>
    public async Task PostWaiting(Guid tillId, CancellationToken stop)
    {
        var batches = await Waiting(tillId).Select(move => move.BatchId).Distinct().Take(WaitingMax)
            .ToListAsync(stop);
        foreach (var batchId in batches)
        {
            await moves.PostAndSettle(batchId, stop);
        }
    }

    /// <summary>Says at which step a shift is, to whoever asks for another one.</summary>
    public static Refusal WrongState(CashShift shift) => PaymentRefusals.ShiftState with
    {
        Detail = shift.State switch
        {
            ShiftState.Opening => new("Ca đang chờ thủ quỹ ký giao tiền lẻ.", "The treasurer has yet to sign."),
            ShiftState.Open => new("Ca đang mở.", "The shift is open."),
            ShiftState.Counted => new("Ca đã kiểm đếm, chờ bàn giao.", "It was counted and waits to be handed over."),
            ShiftState.HandedOver => new("Ca đã bàn giao.", "It was handed over."),
            _ => new("Ca đã hủy.", "It was cancelled."),
        },
    };

    private static Text OpenFirst => new("Mở ca ở trang Ca thu của tôi (/cash/shift).",
        "Open one on the page My shift (/cash/shift).");

    private bool IsShiftRequired(string unit) => isRequired || requiredAt.Contains(unit, StringComparer.Ordinal);

    private IQueryable<Move> Waiting(Guid tillId) => db.Moves.AsNoTracking()
        .Where(move => move.State == MoveState.Asked && (move.Debit == tillId || move.Credit == tillId));
}
