using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Privacy;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Shifts;

/// <summary>Payments' part of the register about its officers: who handed cash over, and who received it.</summary>
internal sealed class HoldCollectors(PaymentsDb db) : IHoldPersonalData
{
    private const string Table = "payments_shift";
    private const string Collector = "collector_name";
    private const string Receiver = "receiver_name";
    private const string Money = "money";
    private const int RowsMax = 500;

    private static readonly Text Answering =
        new("Biên bản bàn giao tiền mặt có tên hai người", "The record of a hand-over of cash bears both names");

    public IReadOnlyList<HeldField> Register { get; } =
    [
        Of(Collector, new("Tên người thu tiền của ca", "Collector of a shift")),
        Of(Receiver, new("Tên người nhận tiền của ca", "Who received the cash of a shift")),
    ];

    public IReadOnlyList<string> Retires => [];

    public async Task<IReadOnlyList<HeldValue>> Collect(DataSubject subject, CancellationToken stop)
    {
        var signature = $"person:{subject.PersonId}";
        var collected = await db.Shifts.AsNoTracking().Where(shift => shift.CollectedBy == signature)
            .OrderByDescending(shift => shift.OpenedAt).Take(RowsMax).ToListAsync(stop);
        var received = await Received(signature).AsNoTracking()
            .OrderByDescending(shift => shift.OpenedAt).Take(RowsMax).ToListAsync(stop);
        return
        [
            .. collected.Select(shift => new HeldValue(
                Table, Collector, Words.Date(shift.OpenedAt), shift.CollectorName)),
            .. received.Where(shift => shift.ReceiverName is not null).Select(shift => new HeldValue(
                Table, Receiver, Words.Date(shift.OpenedAt), shift.ReceiverName!)),
        ];
    }

    public async Task<IReadOnlyList<ErasedOrKept>> Erase(DataSubject subject, CancellationToken stop)
    {
        var signature = $"person:{subject.PersonId}";
        var rows = await db.Shifts.CountAsync(shift => shift.CollectedBy == signature, stop)
            + await Received(signature).CountAsync(stop);
        return rows == 0 ? [] :
        [
            new(new("Biên bản bàn giao tiền mặt đã ký", "Signed records of hand-overs of cash"), rows, Money),
        ];
    }

    public Task<long> Retire(string rule, DateTimeOffset before, CancellationToken stop) =>
        throw new ArgumentException($"Shifts retire nothing by {rule}.", nameof(rule));

    private IQueryable<CashShift> Received(string signature) => db.Shifts.Where(shift => db.ShiftSteps
        .Any(step => step.Id == shift.CountId && step.ApprovedBy == signature));

    private static HeldField Of(string column, Text what) => new(Table, column, what, Answering,
        HeldBecause.OfPublicTask, Money, ["collector", "market-manager", "treasurer", "auditor"]);
}
