using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Billers;
using TinhSo.Billing.Services;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Places;

namespace TinhSo.Billing.Claims;

/// <summary>A bill as a provider gives it: in a file, by a program, or typed.</summary>
/// <param name="CustomerCode">Under which the provider keeps the holder.</param>
/// <param name="HolderName">Whose bill.</param>
/// <param name="Service">A code of the catalogue, such as <c>utility.water</c>.</param>
/// <param name="Period">Such as <c>2026-11</c>.</param>
/// <param name="Amount">In đồng.</param>
/// <param name="DueOn">The last day to pay it.</param>
/// <param name="Reference">The provider's own, once.</param>
/// <param name="Description">What the payer reads, or nothing.</param>
/// <param name="Place">The commune's code, or nothing.</param>
internal sealed record ClaimOrder(string? CustomerCode, string? HolderName, string? Service, string? Period,
    string? Amount, string? DueOn, string? Reference, string? Description, string? Place);

/// <summary>A bill in which nothing is wrong, in its stored form.</summary>
internal sealed record CleanClaim(Guid BillId, string CustomerCode, string HolderName, string Service, string Period,
    long Amount, DateOnly DueOn, string Reference, string? Description, string? Place);

/// <summary>What a provider's bills are checked against, read once for many.</summary>
internal sealed record ClaimTerms(ProviderRow Provider, IReadOnlyDictionary<string, Text> Services, DateOnly Today)
{
    /// <summary>The first day on which a bill may fall due: a year ago.</summary>
    public DateOnly FirstDue => Today.AddYears(-1);

    /// <summary>The last: in three years.</summary>
    public DateOnly LastDue => Today.AddYears(3);
}

/// <summary>Checks bills, one by one, by the terms of their provider.</summary>
internal sealed class CheckClaim(BillingDb db, LoadServices services, IPlaces places, TimeProvider clock)
{
    private const int NameMax = 120;
    private const int DescriptionMax = 100;

    /// <summary>The terms of a provider as they are now.</summary>
    public async Task<ClaimTerms> TermsOf(ProviderRow provider, CancellationToken stop)
    {
        var billed = await db.ProviderServices.AsNoTracking().Where(s => s.ProviderId == provider.Id)
            .Select(s => s.Service).ToListAsync(stop);
        return new(provider, (await services.Today(stop)).Where(s => billed.Contains(s.Code))
            .ToDictionary(s => s.Code, s => s.Name), clock.Today());
    }

    /// <summary>The bill in its stored form; what is wrong with it is added to <paramref name="errors"/>.</summary>
    public CleanClaim Check(ClaimTerms terms, ClaimOrder order, FieldErrors errors)
    {
        var code = terms.Provider.CustomerFormat.Read("customerCode", order.CustomerCode, errors);
        var name = errors.Required("holderName", order.HolderName, NameMax);
        var service = errors.Required("service", order.Service, 60);
        if (service.Length > 0 && !terms.Services.ContainsKey(service))
        {
            errors.Add("service", "Đơn vị không thu dịch vụ này.", "The biller does not bill this service.");
        }
        var period = errors.Month("period", order.Period);
        var amount = errors.Dong("amount", order.Amount);
        var due = errors.Day("dueOn", order.DueOn);
        if (due < terms.FirstDue || due > terms.LastDue)
        {
            errors.Add("dueOn", "Hạn nộp phải trong vòng một năm trước đến ba năm tới.",
                "The last day to pay must be from a year ago to three years from now.");
        }
        var reference = terms.Provider.ReferenceFormat.Read("reference", order.Reference, errors);
        var description = errors.Optional("description", order.Description, DescriptionMax);
        var place = errors.Optional("place", order.Place, 10);
        if (place is not null && places.Find(place) is null)
        {
            errors.Add("place", "Không có đơn vị hành chính mang mã này.", "No unit of administration has this code.");
        }
        return new(IdOf(terms.Provider.Id, reference), code, name, service, period, amount, due, reference,
            description, place);
    }

    /// <summary>The bill's id follows from the provider's own reference, so that the same one is one.</summary>
    public static Guid IdOf(Guid providerId, string reference) =>
        Ids.From("billing.claim", $"{providerId}\n{reference}");

    /// <summary>An amount as it is typed.</summary>
    public static string? Typed(long? amount) => amount?.ToString(CultureInfo.InvariantCulture);
}
