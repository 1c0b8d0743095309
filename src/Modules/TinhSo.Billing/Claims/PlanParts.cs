using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Claims;

/// <summary>One dated part, as it is typed.</summary>
internal sealed record PlannedPart(string? Amount, string? DueOn);

/// <summary>Divides what is owed of a bill into dated parts, each asked for by itself.</summary>
internal sealed class PlanParts(BillingDb db, TidyClaims tidy, ICaller caller, TimeProvider clock)
{
    public const string Permission = "billers.issue";
    private const int PartsMin = 2;

    public async Task<Outcome<Bill>> Run(
        Guid billId, IReadOnlyList<PlannedPart>? typed, string? reason, CancellationToken stop)
    {
        if (await ClaimCase.Find(db, billId, stop) is not { } one || !caller.May(Permission, one.Bill.Unit))
        {
            return KernelRefusals.NotFound;
        }
        var errors = new FieldErrors();
        var why = errors.Required("reason", reason, 300);
        var provider = (await db.Providers.FindAsync([one.Claim.ProviderId], stop))!;
        var parts = Check(typed ?? [], provider.InstalmentsMax, errors);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (one.Claim.IsPlanned)
        {
            // The same plan again is a repeat.
            return IsSame(one, parts) ? one.Bill.ToBill() : BillingRefusals.InInstalments;
        }
        if (one.Owed == 0)
        {
            return BillingRefusals.NotOwed;
        }
        if (parts.Sum(part => part.Amount) != one.Owed)
        {
            errors.Add("parts", $"Các đợt phải cộng đúng bằng {Words.Dong(one.Owed)}.",
                $"The parts must add up to {Words.Dong(one.Owed)}.");
            return errors.ToRefusal();
        }
        // What was asked as a whole first: once it is withdrawn, no money can come beside the parts.
        if (await tidy.WithdrawAll(one, why, stop) is { } refusal)
        {
            return refusal;
        }
        db.ChangeTracker.Clear();
        var planned = await db.InTransaction(() => Save(billId, parts, why, stop), stop);
        if (!planned.IsRefused(out _, out _))
        {
            await tidy.Run(billId, stop);
        }
        return planned;
    }

    private List<(long Amount, DateOnly DueOn)> Check(IReadOnlyList<PlannedPart> typed, int most, FieldErrors errors)
    {
        if (most < PartsMin)
        {
            errors.Add("parts", "Đơn vị thu không chia phiếu thành đợt.", "The biller divides no bills into parts.");
            return [];
        }
        if (typed.Count < PartsMin || typed.Count > most)
        {
            errors.Add("parts", $"Hãy chia thành {PartsMin} đến {most} đợt.",
                $"Divide it into {PartsMin} to {most} parts.");
            return [];
        }
        var parts = new List<(long Amount, DateOnly DueOn)>();
        var earliest = clock.Today();
        for (var i = 0; i < typed.Count; i++)
        {
            var amount = errors.Dong($"parts[{i}].amount", typed[i].Amount);
            var due = errors.Day($"parts[{i}].dueOn", typed[i].DueOn);
            if (due < earliest || due > clock.Today().AddYears(3))
            {
                errors.Add($"parts[{i}].dueOn", "Ngày các đợt phải từ hôm nay, tăng dần, trong ba năm.",
                    "The days must be from today on, one after another, within three years.");
            }
            earliest = due > earliest ? due.AddDays(1) : earliest;
            parts.Add((amount, due));
        }
        return parts;
    }

    private static bool IsSame(ClaimCase one, List<(long Amount, DateOnly DueOn)> parts) =>
        one.Parts.Where(part => part.Kind is PartKind.Instalment).Select(part => (part.Amount, part.DueOn))
            .SequenceEqual(parts);

    private async Task<Outcome<Bill>> Save(
        Guid billId, List<(long Amount, DateOnly DueOn)> parts, string why, CancellationToken stop)
    {
        var one = (await ClaimCase.Find(db, billId, stop))!;
        if (one.Claim.IsPlanned && IsSame(one, parts))
        {
            return one.Bill.ToBill();
        }
        if (one.Claim.IsPlanned || one.Owed != parts.Sum(part => part.Amount))
        {
            return one.Claim.IsPlanned ? BillingRefusals.InInstalments : BillingRefusals.NotOwed;
        }
        TidyClaims.MarkWithdrawn(one);
        for (var i = 0; i < parts.Count; i++)
        {
            db.Add(new PartRow
            {
                Id = Ids.From("billing.instalment", $"{billId}/{i + 1}"),
                BillId = billId,
                Kind = PartKind.Instalment,
                Number = i + 1,
                Amount = parts[i].Amount,
                DueOn = parts[i].DueOn,
                State = PartState.Planned,
                MadeBy = caller.Signature,
                MadeAt = clock.GetUtcNow(),
            });
        }
        one.Claim.IsPlanned = true;
        TidyClaims.Ask(one.Claim);
        db.Add(tidy.Change(billId, caller.Signature, "planned", why));
        await db.SaveChangesAsync(stop);
        return one.Bill.ToBill();
    }
}
