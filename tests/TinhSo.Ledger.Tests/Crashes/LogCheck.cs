using TinhSo.Kernel;
using static TinhSo.Ledger.Tests.Simulation.Claim;

namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>Whether the log is right by itself, each row recomputed from those before it.</summary>
internal sealed class LogCheck
{
    private readonly IReadOnlyDictionary<Guid, AccountOrder> accounts;
    private readonly Dictionary<Guid, LedgerTransfer> byId = [];
    private readonly HashSet<Guid> settled = [];
    private readonly Dictionary<Guid, Standing> standings = [];
    private DateTimeOffset postedAt;

    private LogCheck(IReadOnlyDictionary<Guid, AccountOrder> accounts) => this.accounts = accounts;

    /// <summary>Goes through all rows, and returns them by their ids.</summary>
    public static IReadOnlyDictionary<Guid, LedgerTransfer> Run(Tables tables)
    {
        var check = new LogCheck(tables.Accounts);
        foreach (var row in tables.Rows)
        {
            check.Take(row);
        }
        Require(tables.Accounts.Values.All(Accounts.All.Contains), "There is an account that nobody opened.");
        var standings = check.standings.Values;
        Require(standings.Sum(s => s.Debits) == standings.Sum(s => s.Credits)
            && standings.Sum(s => s.ReservedDebits) == standings.Sum(s => s.ReservedCredits), "Debits are not credits.");
        return check.byId;
    }

    /// <summary>Whether a row is a release that the ledger posted itself when a reservation had expired.</summary>
    public static bool IsExpiry(LedgerTransfer row) => row.Code == "ledger.expired";

    private void Take(Row row)
    {
        var transfer = row.Transfer;
        Require(transfer.Position == byId.Count + 1, $"At position {byId.Count + 1} is {transfer}.");
        Require(byId.TryAdd(transfer.Id, transfer), $"Twice in the log: {transfer}.");
        Require(transfer.PostedAt >= postedAt, $"Dated before the one before it: {transfer}.");
        postedAt = transfer.PostedAt;
        Require(transfer.Amount > 0 && transfer.Debit != transfer.Credit
            && accounts.ContainsKey(transfer.Debit) && accounts.ContainsKey(transfer.Credit), $"Nothing to move: {transfer}.");
        var reserved = CheckOriginal(transfer);
        var (debit, credit) = After(transfer, reserved, standings.GetValueOrDefault(transfer.Debit),
            standings.GetValueOrDefault(transfer.Credit));
        Require((row.Debit, row.Credit) == (debit, credit), $"{transfer} keeps {row.Debit}, {row.Credit}, not {debit}, {credit}.");
        (standings[transfer.Debit], standings[transfer.Credit]) = (debit, credit);
        Require(IsWithinRules(transfer.Debit) && IsWithinRules(transfer.Credit), $"Overdrawn: {debit}, {credit} by {transfer}.");
    }

    /// <summary>How much the original had set aside; nothing for what settles no reservation.</summary>
    private long CheckOriginal(LedgerTransfer transfer)
    {
        if (transfer.Kind is TransferKind.Post or TransferKind.Reserve)
        {
            Require(transfer.Original is null, $"Has an original: {transfer}.");
            return 0;
        }
        Require(transfer.Original is { } id && byId.ContainsKey(id) && settled.Add(id), $"Nothing left to settle: {transfer}.");
        var original = byId[transfer.Original!.Value];
        if (transfer.Kind is TransferKind.Reverse)
        {
            Require(original.Kind is TransferKind.Post or TransferKind.Capture
                && (transfer.Debit, transfer.Credit, transfer.Amount) == (original.Credit, original.Debit, original.Amount),
                $"{transfer} gives back something else than {original}.");
            return 0;
        }
        Require(original.Kind is TransferKind.Reserve && (transfer.Debit, transfer.Credit) == (original.Debit, original.Credit)
            && (transfer.Kind is TransferKind.Capture ? transfer.Amount <= original.Amount : transfer.Amount == original.Amount),
            $"{transfer} settles something else than {original}.");
        Require(IsExpiry(transfer) ? IsExpiryOf(transfer, original) : !(original.ExpiresAt <= transfer.PostedAt),
            $"{transfer} came at the wrong time for {original}.");
        return original.Amount;
    }

    private static bool IsExpiryOf(LedgerTransfer release, LedgerTransfer reserved) => release == reserved with
    {
        Position = release.Position,
        Id = Ids.From("ledger.expiry", $"{reserved.Id}"),
        Kind = TransferKind.Release,
        Code = "ledger.expired",
        Channel = Channels.Internal,
        Original = reserved.Id,
        ExpiresAt = null,
        PostedAt = release.PostedAt,
    } && reserved.ExpiresAt <= release.PostedAt;

    private static (Standing Debit, Standing Credit) After(LedgerTransfer transfer, long reserved, Standing debit, Standing credit)
    {
        var (set, moved) = transfer.Kind switch
        {
            TransferKind.Reserve => (transfer.Amount, 0),
            TransferKind.Release => (-reserved, 0),
            _ => (-reserved, transfer.Amount),
        };
        return (debit with { Debits = debit.Debits + moved, ReservedDebits = debit.ReservedDebits + set },
            credit with { Credits = credit.Credits + moved, ReservedCredits = credit.ReservedCredits + set });
    }

    private bool IsWithinRules(Guid account)
    {
        var (debits, credits, reservedDebits, reservedCredits) = standings[account];
        // By the order that opened it, whatever the table says.
        return Accounts.All.Single(opened => opened.Id == account).Rules switch
        {
            AccountRules.DebitsMustNotExceedCredits => debits + reservedDebits <= credits,
            AccountRules.CreditsMustNotExceedDebits => credits + reservedCredits <= debits,
            _ => true,
        };
    }
}
