using System.Security.Cryptography;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Notices;

/// <summary>Keeps a notice before it is answered, each bank reference once.</summary>
internal sealed class KeepNotice(PaymentsDb db, NoticeProviders providers, TimeProvider clock)
{
    /// <summary>The notice as it is kept: only one that is new has still to be decided.</summary>
    public async Task<Outcome<StoredNotice>> Run(
        string providerName, byte[] body, Func<string, string?> header, CancellationToken stop)
    {
        if (providers.Find(providerName) is not var (provider, secrets))
        {
            return PaymentRefusals.NoSuchProvider;
        }
        var read = provider.Read(body, header, secrets, clock.GetUtcNow());
        return read.IsRefused(out var refusal, out var notice)
            ? refusal
            : await db.InTransaction(() => Keep(provider.Name, notice, body, stop), stop);
    }

    /// <summary>The notice that a reference of a provider belongs to: the same for ever.</summary>
    public static Guid IdOf(string provider, string reference) =>
        Ids.From("payments.notice-row", $"{provider}:{reference}");

    /// <summary>Keeps a notice whose origin is proved, within the caller's transaction.</summary>
    public async Task<StoredNotice> Keep(string provider, BankNotice notice, byte[] body, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var hash = Convert.ToHexStringLower(SHA256.HashData(body));
        var id = IdOf(provider, notice.Reference);
        if (await db.Notices.FindAsync([id], stop) is { } before)
        {
            if (before.Amount != notice.Amount || before.AccountNumber != notice.AccountNumber)
            {
                // Signed, and yet not what it was: it has no effect, but somebody should ask the provider.
                db.Note(id, ChangeKind.RepeatedDifferently, hash, $"bank:{provider}", now);
                await db.SaveChangesAsync(stop);
            }
            return before;
        }
        var kept = new StoredNotice
        {
            Id = id,
            Provider = provider,
            BankReference = notice.Reference,
            BodyHash = hash,
            AccountNumber = notice.AccountNumber,
            SubAccount = notice.SubAccount,
            BankBin = notice.BankBin,
            Amount = notice.Amount,
            Memo = notice.Memo,
            PayerName = notice.PayerName,
            PayerAccount = notice.PayerAccount,
            PayerBank = notice.PayerBank,
            BankedAt = notice.BankedAt,
            BankTrace = notice.BankTrace,
            ReceivedAt = now,
            State = notice.IsDebit ? NoticeState.Ignored : NoticeState.Received,
        };
        db.Notices.Add(kept);
        await db.SaveChangesAsync(stop);
        return kept;
    }
}
