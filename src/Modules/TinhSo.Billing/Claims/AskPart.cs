using TinhSo.Billing.Bills;
using TinhSo.Billing.Penalties;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments;

namespace TinhSo.Billing.Claims;

/// <summary>What a payer is asked for: the code of its page, and how much.</summary>
internal sealed record AskedPart(Guid Id, string PayCode, long Amount, DateOnly DueOn);

/// <summary>Asks for what is left of a bill, or for as much of it as the payer wants to pay now.</summary>
/// <remarks>
/// Asking withdraws nothing, so that whoever knows a code cannot make another payer's QR void. Only money does: when a
/// part was paid, <see cref="TidyClaims"/> withdraws what else was asked, and what is left is asked anew.
/// </remarks>
internal sealed class AskPart(
    BillingDb db, IPayments payments, CountPenalty penalty, ICaller caller, TimeProvider clock)
{
    /// <summary>Opens the request of a part, or finds the one that is open.</summary>
    /// <param name="billId">A provider's bill.</param>
    /// <param name="typed">How much; all that is left when nothing is typed.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<Outcome<AskedPart>> Run(Guid billId, string? typed, CancellationToken stop)
    {
        var found = await db.InTransaction(() => Decide(billId, typed, stop), stop);
        if (found.IsRefused(out var refusal, out var asked))
        {
            return refusal;
        }
        if (asked.Part is { } open && await IsPayable(open.Id, stop))
        {
            return ToAsked(open);
        }
        if (asked.Part is not null)
        {
            // Withdrawn behind our back, as by an officer: noted, and asked anew under another id.
            await db.InTransaction(() => Withdraw(asked.Part.Id, stop), stop);
            return await Run(billId, typed, stop);
        }
        if ((await payments.Open(asked.Order!, stop)).IsRefused(out refusal, out var request))
        {
            return refusal;
        }
        return await db.InTransaction<Outcome<AskedPart>>(() => Save(billId, asked, request, stop), stop);
    }

    private sealed record Decision(PartRow? Part, PaymentOrder? Order, PartKind Kind);

    private async Task<Outcome<Decision>> Decide(Guid billId, string? typed, CancellationToken stop)
    {
        if (await ClaimCase.Find(db, billId, stop) is not { } one)
        {
            return KernelRefusals.NotFound;
        }
        if (one.Claim.IsPlanned)
        {
            return BillingRefusals.InInstalments;
        }
        one = await penalty.Add(one, caller.Signature, stop);
        if (one.Owed == 0)
        {
            return BillingRefusals.NotOwed;
        }
        var provider = await db.Providers.FindAsync([one.Claim.ProviderId], stop);
        var amount = one.Owed;
        if (!string.IsNullOrWhiteSpace(typed))
        {
            var errors = new FieldErrors();
            amount = errors.Dong("amount", typed, Math.Min(provider!.PartMin, one.Owed), one.Owed);
            if (errors.Any)
            {
                return errors.ToRefusal();
            }
        }
        if (amount < one.Owed && !provider!.TakesParts)
        {
            return BillingRefusals.NoParts;
        }
        var kind = amount < one.Owed ? PartKind.Share : PartKind.Rest;
        if (one.Open.FirstOrDefault(part => part.Amount == amount) is { } open)
        {
            return new Decision(open, null, kind);
        }
        var bill = one.Bill;
        return new Decision(null, new PaymentOrder(Ids.From("billing.part", $"{bill.Id}/{one.Round}/{amount}"),
            provider!.PayeeId!.Value, amount, bill.ServiceCode, bill.Place, $"bill:{bill.Id}",
            $"{bill.Number} – {bill.CustomerName}, hạn nộp {Words.Date(bill.DueOn)}",
            IssueBills.EndOf(bill.DueOn)), kind);
    }

    private async Task<Outcome<AskedPart>> Save(
        Guid billId, Decision asked, PaymentRequest request, CancellationToken stop)
    {
        if (await db.Parts.FindAsync([request.Id], stop) is { } before)
        {
            return ToAsked(before);
        }
        var one = (await ClaimCase.Find(db, billId, stop))!;
        var part = new PartRow
        {
            Id = request.Id,
            BillId = billId,
            Kind = asked.Kind,
            Number = one.Parts.Count + 1,
            Amount = request.Amount,
            DueOn = one.Bill.DueOn,
            State = PartState.Open,
            PayCode = request.Code,
            MadeBy = caller.Signature,
            MadeAt = clock.GetUtcNow(),
        };
        db.Add(part);
        one.Claim.Version++;
        // Money may have come while the request was opened: then this one is looked at again.
        one.Claim.ToTidy |= one.Owed != part.Amount && part.Kind is PartKind.Rest;
        await db.SaveChangesAsync(stop);
        return ToAsked(part);
    }

    private async Task<bool> Withdraw(Guid partId, CancellationToken stop)
    {
        var part = (await db.Parts.FindAsync([partId], stop))!;
        part.State = part.State is PartState.Open ? PartState.Withdrawn : part.State;
        await db.SaveChangesAsync(stop);
        return true;
    }

    private async Task<bool> IsPayable(Guid requestId, CancellationToken stop) =>
        await payments.Find(requestId, stop) is { State: not PaymentState.Cancelled };

    private static AskedPart ToAsked(PartRow part) => new(part.Id, part.PayCode!, part.Amount, part.DueOn);
}
