using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Billers;
using TinhSo.Billing.Storage;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Penalties;

/// <summary>What being late costs, as it is typed.</summary>
internal sealed record PenaltyOrder(string? Service, string? PartsPerMillion, string? CapPercent, string? ValidFrom,
    string? LegalBasis, string? Reason);

/// <summary>A rule that would hold from a day on.</summary>
internal sealed record PenaltyChange(Guid ProviderId, string Service, int PartsPerMillion, int CapPercent,
    DateOnly ValidFrom, string LegalBasis);

/// <summary>What being late costs between two days.</summary>
/// <param name="PartsPerMillion">For each day, of what is owed: 300 is 0.03 % a day.</param>
/// <param name="CapPercent">All that is ever added, of the bill's amount.</param>
internal sealed record PenaltyRule(string Service, int PartsPerMillion, int CapPercent, DateOnly ValidFrom,
    DateOnly? ValidTo, string LegalBasis);

/// <summary>Keeps the dated rules of penalties: a provider's staff propose one, a treasurer approves it.</summary>
internal sealed class SetPenalty(BillingDb db, IProposals proposals, ICaller caller, TimeProvider clock)
    : ICarryOut<PenaltyChange>
{
    public const string Kind = "billing.penalty";
    private const int PerDayMost = 10_000;

    public async Task<IReadOnlyList<PenaltyRule>> Of(Guid providerId, CancellationToken stop) =>
        await db.PenaltyRules.AsNoTracking().Where(r => r.ProviderId == providerId)
            .OrderBy(r => r.Service).ThenByDescending(r => r.ValidFrom)
            .Select(r => new PenaltyRule(
                r.Service, r.PartsPerMillion, r.CapPercent, r.ValidFrom, r.ValidTo, r.LegalBasis))
            .Take(200).ToListAsync(stop);

    public async Task<Outcome<Proposal>> Propose(Guid providerId, PenaltyOrder order, CancellationToken stop)
    {
        var provider = await db.Providers.AsNoTracking().SingleOrDefaultAsync(p => p.Id == providerId, stop);
        if (provider is null || !caller.May(KeepProviders.ManagePermission, provider.Unit))
        {
            return provider is null ? KernelRefusals.NotFound : KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        errors.Required("reason", order.Reason, 500);
        var service = errors.Required("service", order.Service, 60);
        if (service.Length > 0
            && !await db.ProviderServices.AnyAsync(s => s.ProviderId == providerId && s.Service == service, stop))
        {
            errors.Add("service", "Đơn vị không thu dịch vụ này.", "The biller does not bill this service.");
        }
        var perDay = (int)errors.Whole("partsPerMillion", order.PartsPerMillion, 1, PerDayMost);
        var cap = (int)errors.Whole("capPercent", order.CapPercent, 1, 100);
        var from = errors.Day("validFrom", order.ValidFrom);
        if (from < clock.Today())
        {
            // Whoever was late before could not know of it.
            errors.Add("validFrom", "Chỉ áp dụng từ hôm nay trở đi.", "It can only hold from today on.");
        }
        var basis = errors.Required("legalBasis", order.LegalBasis, 200);
        return errors.Any ? errors.ToRefusal() : await proposals.Propose(
            new PenaltyChange(providerId, service, perDay, cap, from, basis), order.Reason, stop);
    }

    public async Task<Outcome<ProposedChange>> Foresee(PenaltyChange what, CancellationToken stop)
    {
        var provider = await db.Providers.AsNoTracking().SingleAsync(p => p.Id == what.ProviderId, stop);
        var latest = await Latest(what).AsNoTracking().FirstOrDefaultAsync(stop);
        if (latest is not null && latest.ValidFrom >= what.ValidFrom)
        {
            return BillingRefusals.RateNotLatest;
        }
        return new ProposedChange(provider.Unit,
            new($"Tiền chậm nộp của {provider.Name} từ {Words.Date(what.ValidFrom)}",
                $"The penalty of {provider.Name} from {Words.Date(what.ValidFrom)}"),
            [
                ProposedLine.Of("Dịch vụ", "Service", what.Service, what.Service),
                ProposedLine.Of("Mỗi ngày", "Each day", Percent(latest?.PartsPerMillion),
                    Percent(what.PartsPerMillion)),
                ProposedLine.Of("Tối đa", "At most", latest is null ? null : $"{latest.CapPercent} %",
                    $"{what.CapPercent} %"),
                ProposedLine.Of("Căn cứ pháp lý", "Legal basis", latest?.LegalBasis, what.LegalBasis),
            ]);
    }

    public Task<Refusal?> CarryOut(PenaltyChange what, Proposal proposal, CancellationToken stop) =>
        db.InTransaction(() => Save(what, proposal.ProposedBy, stop), stop);

    /// <summary>Parts of a million as people read them, such as 0,03 %.</summary>
    public static string? Percent(int? partsPerMillion) =>
        partsPerMillion is { } parts ? $"{Words.Number(parts / 10_000m, 4)} %" : null;

    private IQueryable<PenaltyRuleRow> Latest(PenaltyChange what) => db.PenaltyRules
        .Where(r => r.ProviderId == what.ProviderId && r.Service == what.Service).OrderByDescending(r => r.ValidFrom);

    private async Task<Refusal?> Save(PenaltyChange what, string setBy, CancellationToken stop)
    {
        var latest = await Latest(what).FirstOrDefaultAsync(stop);
        if (latest is not null && latest.ValidFrom >= what.ValidFrom)
        {
            return BillingRefusals.RateNotLatest;
        }
        if (latest is not null && (latest.ValidTo is null || latest.ValidTo >= what.ValidFrom))
        {
            latest.ValidTo = what.ValidFrom.AddDays(-1);
        }
        db.Add(new PenaltyRuleRow
        {
            Id = Ids.New(clock),
            ProviderId = what.ProviderId,
            Service = what.Service,
            ValidFrom = what.ValidFrom,
            PartsPerMillion = what.PartsPerMillion,
            CapPercent = what.CapPercent,
            LegalBasis = what.LegalBasis,
            SetBy = setBy,
            SetAt = clock.GetUtcNow(),
        });
        await db.SaveChangesAsync(stop);
        return null;
    }
}
