namespace TinhSo.Payments.Notices;

/// <summary>One line of a bank account, as a provider tells it.</summary>
/// <param name="Reference">The provider's own for this line; a repeated notice has the same.</param>
/// <param name="AccountNumber">The account it stands on, in capitals.</param>
/// <param name="SubAccount">The virtual account that was paid to, or null.</param>
/// <param name="BankBin">The bank's, or null when it is not told or not known.</param>
/// <param name="Amount">In đồng, above 0.</param>
/// <param name="IsDebit">Whether the money went out.</param>
/// <param name="Memo">What the payer wrote, and what banks added.</param>
/// <param name="BankedAt">When the bank took it in, or null when that is not told.</param>
/// <param name="BankTrace">The bank's own number for the transaction, by which its statement shows it, or null.</param>
internal sealed record BankNotice(
    string Reference, string AccountNumber, string? SubAccount, string? BankBin, long Amount, bool IsDebit, string Memo,
    string? PayerName, string? PayerAccount, string? PayerBank, DateTimeOffset? BankedAt,
    string? BankTrace = null);

/// <summary>A notice as it goes over the wire.</summary>
/// <param name="Body">The raw bytes, over which signatures run.</param>
/// <param name="Headers">Those that the provider signs with.</param>
internal sealed record SignedNotice(byte[] Body, IReadOnlyDictionary<string, string> Headers);
