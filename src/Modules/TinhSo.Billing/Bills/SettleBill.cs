using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Facts;
using TinhSo.Payments;

namespace TinhSo.Billing.Bills;

/// <summary>Closes a bill when its money has come, and opens the question again when it was given back.</summary>
internal sealed class SettleBill(BillingDb db, TimeProvider clock) : IHear<PaymentReceived>, IHear<PaymentRefunded>
{
    public async Task Hear(PaymentReceived fact, CancellationToken stop)
    {
        if (fact.RequestId is not { } id || await db.Bills.FindAsync([id], stop) is not { } bill
            || bill.State is BillState.Paid or BillState.Refunded)
        {
            return;
        }
        bill.State = BillState.Paid;
        bill.PaidAt = fact.ReceivedAt;
        bill.Channel = fact.Channel;
        bill.ReceiptCode = fact.ReceiptCode;
        Record(bill.Id, "paid", fact.ReceiptCode);
        db.Publish(new BillPaid(bill.Id, bill.Unit, bill.Customer, bill.Period, bill.ServiceCode, bill.Place,
            bill.Amount, bill.Items(), fact.Channel, fact.ReceiptCode, fact.TransferId,
            OnTime: VietnamTime.DayOf(fact.ReceivedAt) <= bill.DueOn, fact.ReceivedAt));
    }

    public async Task Hear(PaymentRefunded fact, CancellationToken stop)
    {
        if (fact.RequestId is { } id && await db.Bills.FindAsync([id], stop) is { } bill)
        {
            bill.State = BillState.Refunded;
            Record(bill.Id, "refunded", Words.Dong(fact.Amount));
        }
    }

    private void Record(Guid billId, string what, string why) => db.Add(new ChangeRow
    {
        Id = Ids.New(clock),
        BillId = billId,
        At = clock.GetUtcNow(),
        Who = "system",
        What = what,
        Why = why,
    });
}
