using TinhSo.Billing.Claims;
using TinhSo.Billing.Penalties;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Facts;
using TinhSo.Payments;
using TinhSo.Places;

namespace TinhSo.Billing.Bills;

/// <summary>Closes a bill when its money has come, and opens the question again when it was given back.</summary>
/// <remarks>A market's bill is one request; that of a provider has parts, and is paid when their sum is.</remarks>
internal sealed class SettleBill(BillingDb db, CountPenalty penalty, IPlaces places, TimeProvider clock)
    : IHear<PaymentReceived>, IHear<PaymentRefunded>
{
    public async Task Hear(PaymentReceived fact, CancellationToken stop)
    {
        if (fact.RequestId is not { } id)
        {
            return;
        }
        if (await db.Parts.FindAsync([id], stop) is { } part)
        {
            await Settle(part, fact, stop);
        }
        else if (await db.Bills.FindAsync([id], stop) is { State: not (BillState.Paid or BillState.Refunded) } bill)
        {
            Close(bill, fact);
        }
    }

    public async Task Hear(PaymentRefunded fact, CancellationToken stop)
    {
        if (fact.RequestId is not { } id)
        {
            return;
        }
        if (await db.Parts.FindAsync([id], stop) is { } part)
        {
            await GiveBack(part, fact, stop);
        }
        else if (await db.Bills.FindAsync([id], stop) is { } bill)
        {
            bill.State = BillState.Refunded;
            Record(bill.Id, "refunded", Words.Dong(fact.Amount));
        }
    }

    private async Task Settle(PartRow part, PaymentReceived fact, CancellationToken stop)
    {
        if (part.State is PartState.Paid)
        {
            return;
        }
        // Counted on what was owed until then.
        var one = await penalty.AddUntilPaid(
            (await ClaimCase.Find(db, part.BillId, stop))!, part, fact.ReceivedAt, stop);
        (part.State, part.PaidAt) = (PartState.Paid, fact.ReceivedAt);
        (part.Channel, part.ReceiptCode) = (fact.Channel, fact.ReceiptCode);
        TidyClaims.Ask(one.Claim);
        db.Publish(new BillPartPaid(part.Id, part.BillId, one.Bill.Unit, one.Bill.Period, one.Bill.ServiceCode,
            one.Bill.Place, KindOf(one.Bill.Place), fact.Amount, fact.Channel, fact.ReceiptCode, fact.TransferId,
            fact.ReceivedAt));
        if (one.Owed > 0)
        {
            Record(part.BillId, "part-paid", $"{Words.Dong(fact.Amount)}, {fact.ReceiptCode}");
        }
        else if (one.Bill.State is BillState.Issued)
        {
            Close(one.Bill, fact);
        }
        else
        {
            // Paid twice over, or at the provider's counter too: what is too much is seen on the bill and given back.
            Record(part.BillId, "overpaid", $"{Words.Dong(fact.Amount)}, {fact.ReceiptCode}");
        }
    }

    private async Task GiveBack(PartRow part, PaymentRefunded fact, CancellationToken stop)
    {
        var one = (await ClaimCase.Find(db, part.BillId, stop))!;
        part.Refunded = Math.Min(part.Amount, Math.Max(part.Refunded, fact.RefundedInAll));
        TidyClaims.Ask(one.Claim);
        Record(part.BillId, "refunded", Words.Dong(fact.Amount));
        db.Publish(new BillPartRefunded(part.Id, part.BillId, one.Bill.Unit, one.Bill.ServiceCode, one.Bill.Place,
            KindOf(one.Bill.Place), fact.Amount, fact.Channel, fact.TransferId, fact.RefundedAt));
        // What was too much and went back leaves the bill paid.
        if (one.Bill.State is BillState.Paid && one.Kept < one.Bill.Amount + one.Added)
        {
            one.Bill.State = BillState.Refunded;
        }
    }

    private void Close(BillRow bill, PaymentReceived fact)
    {
        bill.State = BillState.Paid;
        bill.PaidAt = fact.ReceivedAt;
        bill.Channel = fact.Channel;
        bill.ReceiptCode = fact.ReceiptCode;
        Record(bill.Id, "paid", fact.ReceiptCode);
        db.Publish(new BillPaid(bill.Id, bill.Unit, bill.Customer, bill.Period, bill.ServiceCode, bill.Place,
            bill.Amount, bill.Items(), fact.Channel, fact.ReceiptCode, fact.TransferId,
            OnTime: VietnamTime.DayOf(fact.ReceivedAt) <= bill.DueOn, fact.ReceivedAt));
    }

    private string? KindOf(string? place) => place is null ? null : places.Find(place)?.Kind switch
    {
        PlaceKind.Ward => "ward",
        PlaceKind.Commune => "commune",
        PlaceKind.SpecialZone => "special-zone",
        _ => null,
    };

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
