using TinhSo.Kernel.Http;

namespace TinhSo.Payments.Statements.Files;

/// <summary>What a bank's file is read as, in the order in which it stands there.</summary>
internal abstract record StatementPart;

/// <summary>Begins a statement; the entries that follow are its own.</summary>
/// <param name="Reference">The bank's own, or null.</param>
/// <param name="AccountNumber">In capitals and without spaces; null when the file does not say.</param>
/// <param name="Opening">What stood before its first entry, or null.</param>
/// <param name="From">The first day it says it covers, or null.</param>
/// <param name="To">The last day it says it covers, or null.</param>
internal sealed record StatementHead(StatementKind Kind, string? Reference, string? AccountNumber,
    StatedBalance? Opening, StatedBalance? Closing, DateOnly? From, DateOnly? To) : StatementPart;

/// <summary>A balance; below 0 when the account is overdrawn.</summary>
internal sealed record StatedBalance(decimal Amount, string Currency, DateOnly? Day);

/// <summary>One entry.</summary>
/// <param name="Line">In the file, so that whoever reads an error finds it there.</param>
/// <param name="Amount">Never below 0.</param>
/// <param name="BookedOn">The day in Vietnam, or null when the bank does not say.</param>
/// <param name="BankedAt">The moment, or null when only the day is told.</param>
/// <param name="BankReference">The bank's own for the transaction, or null.</param>
internal sealed record StatementLine(int Line, decimal Amount, string Currency, bool IsDebit, bool IsPending,
    DateOnly? BookedOn, DateTimeOffset? BankedAt, string? BankReference, string Memo, string? PayerName,
    string? PayerAccount, string? PayerBank) : StatementPart;

/// <summary>The file cannot be read any further.</summary>
internal sealed record StatementFault(Refusal Why) : StatementPart;
