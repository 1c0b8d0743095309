using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Billers;
using TinhSo.Billing.Claims;
using TinhSo.Billing.Penalties;
using TinhSo.Billing.Services;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Inquiry;

/// <summary>A bill that is owed, as whoever has the customer's code sees it.</summary>
/// <param name="Id">The bill.</param>
/// <param name="Number">As it stands on the bill.</param>
/// <param name="Service">The service's code.</param>
/// <param name="ServiceName">The service in words.</param>
/// <param name="Period">The month billed.</param>
/// <param name="Description">What the provider says it is for, or null.</param>
/// <param name="HolderName">The first letter of each word.</param>
/// <param name="Amount">The bill itself, in đồng.</param>
/// <param name="Paid">What was paid of it before.</param>
/// <param name="Penalty">For being late up to today; put on record when it is asked to be paid.</param>
/// <param name="Owed">What is to be paid today.</param>
/// <param name="DueOn">The last day to pay it.</param>
/// <param name="IsOverdue">Whether that day has passed.</param>
/// <param name="PartMin">The least part that may be paid; null where it is paid as a whole.</param>
/// <param name="Instalments">The dated parts that are still to be paid; empty when it was not divided.</param>
internal sealed record OwedBill(Guid Id, string Number, string Service, string ServiceName, string Period,
    string? Description, string HolderName, long Amount, long Paid, long Penalty, long Owed, DateOnly DueOn,
    bool IsOverdue, long? PartMin, IReadOnlyList<OwedInstalment> Instalments);

/// <summary>A dated part that is to be paid.</summary>
internal sealed record OwedInstalment(int Number, long Amount, DateOnly DueOn, string PayCode);

/// <summary>What is owed under a customer's code: the same answer when nothing is and when nobody has the code.
/// </summary>
/// <param name="Biller">The provider.</param>
/// <param name="BillerName">As payers see it.</param>
/// <param name="Bills">Earliest last day first, at most 50.</param>
internal sealed record OwedBills(Guid Biller, string BillerName, IReadOnlyList<OwedBill> Bills);

/// <summary>Looks up what is owed under a customer's code, and asks for its payment.</summary>
internal sealed class LookUp(BillingDb db, LoadServices services, CountPenalty penalty, AskPart ask, TimeProvider clock)
{
    private const int BillsMax = 50;

    /// <summary>What is owed under a code.</summary>
    public async Task<Outcome<OwedBills>> Run(Guid biller, string? customerCode, CancellationToken stop)
    {
        if (await Payable(biller, stop) is not { } provider)
        {
            return KernelRefusals.NotFound;
        }
        var errors = new FieldErrors();
        var code = provider.CustomerFormat.Read("customerCode", customerCode, errors);
        return errors.Any
            ? errors.ToRefusal() : new OwedBills(provider.Id, provider.Name, await Owed(provider, code, stop));
    }

    /// <summary>Asks for a bill that is owed under a code: all of it, or as much as is typed.</summary>
    /// <remarks>
    /// The code is asked for again, since a bill's id follows from the provider's reference and may be guessed.
    /// </remarks>
    public async Task<Outcome<AskedPart>> Pay(
        Guid biller, string? customerCode, Guid billId, string? amount, CancellationToken stop)
    {
        if (await Payable(biller, stop) is not { } provider)
        {
            return KernelRefusals.NotFound;
        }
        var errors = new FieldErrors();
        var code = provider.CustomerFormat.Read("customerCode", customerCode, errors);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        return await Of(provider, code).AnyAsync(id => id == billId, stop)
            ? await ask.Run(billId, amount, stop) : KernelRefusals.NotFound;
    }

    private async Task<ProviderRow?> Payable(Guid biller, CancellationToken stop) =>
        await db.Providers.AsNoTracking().SingleOrDefaultAsync(p => p.Id == biller && p.PayeeId != null, stop);

    // One question for a code that is known and for one that is not, so that neither takes longer.
    private IQueryable<Guid> Of(ProviderRow provider, string code)
    {
        var indexes = db.IndexesOf<HolderRow>(nameof(HolderRow.CodeIndex), code);
        return from holder in db.Holders.AsNoTracking()
               join claim in db.Claims on holder.Id equals claim.HolderId
               join bill in db.Bills on claim.BillId equals bill.Id
               where holder.ProviderId == provider.Id && indexes.Contains(holder.CodeIndex)
                   && bill.State == BillState.Issued
               orderby bill.DueOn, bill.Id
               select bill.Id;
    }

    private async Task<IReadOnlyList<OwedBill>> Owed(ProviderRow provider, string code, CancellationToken stop)
    {
        var ids = await Of(provider, code).Take(BillsMax).ToListAsync(stop);
        var cases = await ClaimCase.Read(db, ids, stop);
        var names = (await services.Today(stop)).ToDictionary(s => s.Code, s => s.Name.ToString());
        var bills = new List<OwedBill>();
        foreach (var one in cases)
        {
            var late = (await penalty.NotYetAdded(one, stop)).Sum(p => p.Amount);
            if (one.Owed + late > 0)
            {
                var service = one.Bill.ServiceCode;
                bills.Add(View(one, late, provider, names.GetValueOrDefault(service) ?? service));
            }
        }
        return [.. bills.OrderBy(bill => bill.DueOn).ThenBy(bill => bill.Number, StringComparer.Ordinal)];
    }

    private OwedBill View(ClaimCase one, long late, ProviderRow provider, string serviceName) => new(one.Bill.Id,
        one.Bill.Number, one.Bill.ServiceCode, serviceName, one.Bill.Period, one.Claim.Description,
        one.Bill.CustomerName, one.Bill.Amount, one.Kept, one.Added + late, one.Owed + late, one.Bill.DueOn,
        one.Bill.DueOn < clock.Today(),
        provider.TakesParts && !one.Claim.IsPlanned ? Math.Min(provider.PartMin, one.Owed + late) : null,
        [.. one.Open.Where(part => part.Kind is PartKind.Instalment).OrderBy(part => part.Number)
            .Select(part => new OwedInstalment(part.Number, part.Amount, part.DueOn, part.PayCode!))]);
}
