using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Storage;
using TinhSo.Billing.Tariffs;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments;

namespace TinhSo.Billing.Billers;

/// <summary>The bank account into which a provider is paid, and why it is changed.</summary>
internal sealed record ProviderAccount(
    string? BankBin, string? AccountNumber, string? AccountName, string? Reason = null);

/// <summary>Another bank account for a provider.</summary>
internal sealed record ProviderAccountChange(Guid ProviderId, string BankBin, string AccountNumber, string AccountName);

/// <summary>
/// Gives a provider an account to be paid into: its staff propose it, a treasurer approves it, the first one too.
/// </summary>
internal sealed class SetProviderAccount(
    BillingDb db, SetTariff tariff, IPayments payments, IProposals proposals, ICaller caller)
    : ICarryOut<ProviderAccountChange>
{
    public const string Kind = "billing.provider-account";
    public const string ApprovePermission = "billers.accounts-approve";

    public async Task<Outcome<Proposal>> Propose(Guid providerId, ProviderAccount account, CancellationToken stop)
    {
        var provider = await db.Providers.AsNoTracking().SingleOrDefaultAsync(p => p.Id == providerId, stop);
        if (provider is null || !caller.May(KeepProviders.ManagePermission, provider.Unit))
        {
            return provider is null ? KernelRefusals.NotFound : KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        errors.Required("reason", account.Reason, 500);
        var ordered = Order(provider, account.BankBin ?? "", account.AccountNumber ?? "", account.AccountName ?? "");
        if (payments.CheckPayee(ordered).IsRefused(out var refusal, out var clean))
        {
            var more = errors.Any ? errors.ToRefusal().Fields : new Dictionary<string, Text>();
            return refusal with { Fields = refusal.Fields.Concat(more).ToDictionary() };
        }
        return errors.Any ? errors.ToRefusal() : await proposals.Propose(new ProviderAccountChange(
            provider.Id, clean.BankBin, clean.AccountNumber, clean.AccountName), account.Reason, stop);
    }

    /// <summary>Sets it at once: for the platform itself, as when it loads data.</summary>
    public async Task<Outcome<Provider>> Set(Guid providerId, ProviderAccount account, CancellationToken stop)
    {
        if (caller.PersonId is not null)
        {
            return IdentityRefusals.NeedsSecondPerson;
        }
        var provider = await db.Providers.SingleOrDefaultAsync(p => p.Id == providerId, stop);
        if (provider is null)
        {
            return KernelRefusals.NotFound;
        }
        var order = Order(provider, account.BankBin ?? "", account.AccountNumber ?? "", account.AccountName ?? "");
        return await Put(provider, order, stop) is { } refusal ? refusal : Provider.Of(provider, []);
    }

    public async Task<Outcome<ProposedChange>> Foresee(ProviderAccountChange what, CancellationToken stop)
    {
        var provider = await db.Providers.AsNoTracking().SingleAsync(p => p.Id == what.ProviderId, stop);
        var before = provider.PayeeId is { } id ? await payments.FindPayee(id, stop) : null;
        return new ProposedChange(provider.Unit,
            new($"Tài khoản nhận tiền của {provider.Name}", $"The account of {provider.Name}"),
            [
                ProposedLine.Of("Ngân hàng", "Bank", before?.BankName, Banks.NameOf(what.BankBin)),
                ProposedLine.Of("Số tài khoản", "Account number", before?.AccountNumber, what.AccountNumber),
                ProposedLine.Of("Tên chủ tài khoản", "Holder", before?.AccountName, what.AccountName),
            ]);
    }

    public async Task<Refusal?> CarryOut(ProviderAccountChange what, Proposal proposal, CancellationToken stop)
    {
        var provider = await db.Providers.SingleAsync(p => p.Id == what.ProviderId, stop);
        return await Put(provider, Order(provider, what.BankBin, what.AccountNumber, what.AccountName), stop);
    }

    private async Task<Refusal?> Put(ProviderRow provider, PayeeOrder order, CancellationToken stop)
    {
        if ((await payments.RegisterPayee(order, stop)).IsRefused(out var refusal, out _)
            || (await tariff.RegisterBiller(new(provider.Unit, provider.Name, provider.Prefix, order.Id), stop))
                .IsRefused(out refusal, out _))
        {
            return refusal;
        }
        provider.PayeeId = order.Id;
        await db.SaveChangesAsync(stop);
        return null;
    }

    // A payee never changes: another account or another name is another payee, and bills issued so far keep theirs.
    private static PayeeOrder Order(ProviderRow provider, string bin, string number, string holder) => new(
        Ids.From("billing.provider", $"{provider.Id}\n{provider.Name}\n{bin}\n{number}\n{holder}"),
        provider.Unit, provider.Name, bin, number, holder);
}
