using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Claims;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Places;

namespace TinhSo.Billing.Billers;

/// <summary>Makes billers with bills to look up and to pay, whose names say that they are a demonstration.</summary>
/// <remarks>Every identifier follows from a name or number, so that loading again adds only what is missing.</remarks>
internal sealed class LoadDemoBillers(BillingDb db, KeepProviders providers, SetProviderAccount accounts,
    CheckClaim check, IssueClaims issue, IPlaces places, TimeProvider clock)
{
    private const int Customers = 60;

    /// <param name="Key">Of its ids, for ever.</param>
    /// <param name="Least">The smallest of its bills, in đồng.</param>
    private sealed record Plan(string Key, string Name, string Prefix, string Service, string What, long Least,
        bool TakesParts, int InstalmentsMax);

    private static readonly Plan[] Plans =
    [
        new("water", "Nước sạch minh họa", "MHNS", "utility.water", "Tiền nước", 46_000, false, 0),
        new("power", "Điện lực minh họa", "MHDL", "utility.electricity", "Tiền điện", 180_000, true, 0),
        new("school", "Trường học minh họa", "MHTH", "education.tuition", "Học phí", 270_000, true, 3),
    ];

    /// <summary>Makes them, and returns their units.</summary>
    public async Task<IReadOnlyList<string>> Load(CancellationToken stop)
    {
        var units = new List<string>();
        foreach (var (plan, number) in Plans.Select((plan, i) => (plan, i + 1)))
        {
            var id = Ids.From("billing.demo", plan.Key);
            // The page that asks for a code shows one with which it can be tried.
            Demand(await providers.Register(new ProviderOrder(id, plan.Name, plan.Prefix, [plan.Service],
                "KH[0-9]{6}", null, "KH000001", "[A-Z0-9-]{1,30}", null, plan.TakesParts,
                plan.TakesParts ? "50000" : null, KeepProviders.Typed(plan.InstalmentsMax)), stop));
            Demand(await accounts.Set(id, new ProviderAccount("970436",
                string.Create(CultureInfo.InvariantCulture, $"7700{number:D6}"),
                Words.Ascii(plan.Name).ToUpperInvariant()), stop));
            if (!await db.Claims.AnyAsync(claim => claim.ProviderId == id, stop))
            {
                await IssueAll(id, plan, stop);
            }
            units.Add(ProviderRow.UnitOf(id));
        }
        return units;
    }

    private async Task IssueAll(Guid id, Plan plan, CancellationToken stop)
    {
        var terms = await check.TermsOf(await db.Providers.AsNoTracking().SingleAsync(p => p.Id == id, stop), stop);
        var (errors, communes, today) = (new FieldErrors(), places.Communes(clock.Today()), clock.Today());
        var claims = Enumerable.Range(1, Customers).Select(number => check.Check(terms, new ClaimOrder(
            string.Create(CultureInfo.InvariantCulture, $"KH{number:D6}"),
            string.Create(CultureInfo.InvariantCulture, $"Khách hàng minh họa {number}"), plan.Service,
            today.ToString("yyyy-MM", CultureInfo.InvariantCulture),
            KeepProviders.Typed(plan.Least + (number * 7_919 % 400 * 1_000L)),
            // Some fall due while a month is played through, and are late then.
            today.AddDays(number % 5 == 0 ? 10 : 50).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            string.Create(CultureInfo.InvariantCulture, $"{plan.Prefix}-{number:D4}"), plan.What,
            communes[number * 7 % communes.Count].Code), errors)).ToList();
        if (errors.Any)
        {
            throw new InvalidOperationException(
                $"A bill of the demonstration was refused: {string.Join(", ", errors.ToRefusal().Fields.Keys)}.");
        }
        Demand(await issue.Run(terms, claims, null, stop));
        db.ChangeTracker.Clear();
    }

    private static void Demand<T>(Outcome<T> outcome) where T : class => outcome.Match(
        given => given,
        refusal => throw new InvalidOperationException($"The demonstration was refused: {refusal.Code}."));
}
