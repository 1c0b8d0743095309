using Microsoft.EntityFrameworkCore;
using TinhSo.Billing;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Markets.Storage;
using TinhSo.Payments;

namespace TinhSo.Markets.Markets;

/// <summary>The bank account into which a market's fees are paid, and why it is changed.</summary>
internal sealed record BoardAccount(string? BankBin, string? AccountNumber, string? AccountName, string? Reason = null);

/// <summary>Another bank account for a market's fees.</summary>
internal sealed record BoardAccountChange(Guid MarketId, string BankBin, string AccountNumber, string AccountName);

/// <summary>A market whose account was set, or is proposed to be changed.</summary>
/// <param name="Market">The market.</param>
/// <param name="Proposal">What waits for a second person; null when the account is set.</param>
internal sealed record BoardAccountSet(Market Market, Proposal? Proposal);

/// <summary>
/// Gives a market's board an account to be paid into. The first is set at once, for until then nobody can pay; another
/// one is proposed by the board and approved by a treasurer.
/// </summary>
internal sealed class SetBoardAccount(
    MarketsDb db, IPayments payments, IBilling billing, IProposals proposals, ICaller caller)
    : ICarryOut<BoardAccountChange>
{
    public const string Kind = "markets.board-account";
    public const string ApprovePermission = "markets.accounts-approve";

    public async Task<Outcome<BoardAccountSet>> Run(Guid marketId, BoardAccount account, CancellationToken stop)
    {
        var market = await db.Markets.FindAsync([marketId], stop);
        if (market is null || !caller.May("markets.manage", market.Unit))
        {
            return market is null ? KernelRefusals.NotFound : KernelRefusals.Forbidden;
        }
        var ordered = Order(market, account.BankBin ?? "", account.AccountNumber ?? "", account.AccountName ?? "");
        if (payments.CheckPayee(ordered).IsRefused(out var refusal, out var clean))
        {
            return refusal;
        }
        var before = market.PayeeId is { } id ? await payments.FindPayee(id, stop) : null;
        if (before is null || caller.PersonId is null || IsSame(before, clean))
        {
            return await Put(market, clean, stop) is { } refused ? refused : new BoardAccountSet(market, null);
        }
        var proposed = await proposals.Propose(new BoardAccountChange(
            market.Id, clean.BankBin, clean.AccountNumber, clean.AccountName), account.Reason, stop);
        return proposed.IsRefused(out refusal, out var proposal) ? refusal : new BoardAccountSet(market, proposal);
    }

    public async Task<Outcome<ProposedChange>> Foresee(BoardAccountChange what, CancellationToken stop)
    {
        var market = await db.Markets.AsNoTracking().SingleAsync(m => m.Id == what.MarketId, stop);
        var before = market.PayeeId is { } id ? await payments.FindPayee(id, stop) : null;
        return new ProposedChange(market.Unit,
            new($"Đổi tài khoản nhận phí của {market.Name}", $"Change the account for the fees of {market.Name}"),
            AccountLines.Of(before, what.BankBin, what.AccountNumber, what.AccountName));
    }

    public async Task<Refusal?> CarryOut(BoardAccountChange what, Proposal proposal, CancellationToken stop)
    {
        var market = await db.Markets.SingleAsync(m => m.Id == what.MarketId, stop);
        return await Put(market, Order(market, what.BankBin, what.AccountNumber, what.AccountName), stop);
    }

    private async Task<Refusal?> Put(Market market, PayeeOrder order, CancellationToken stop)
    {
        if ((await payments.RegisterPayee(order, stop)).IsRefused(out var refusal, out _)
            || (await billing.RegisterBiller(new Biller(market.Unit, order.Name, market.Prefix, order.Id), stop))
                .IsRefused(out refusal, out _))
        {
            return refusal;
        }
        market.PayeeId = order.Id;
        await db.SaveChangesAsync(stop);
        return null;
    }

    // A payee never changes: another account or another name is another payee, and bills issued so far keep theirs.
    private static PayeeOrder Order(Market market, string bin, string number, string holder)
    {
        var board = $"Ban quản lý {market.Name}";
        return new PayeeOrder(Ids.From("markets.board", $"{market.Id}\n{board}\n{bin}\n{number}\n{holder}"),
            market.Unit, board, bin, number, holder);
    }

    private static bool IsSame(Payee before, PayeeOrder order) =>
        (before.BankBin, before.AccountNumber, before.AccountName)
            == (order.BankBin, order.AccountNumber, order.AccountName);
}

/// <summary>A change of a bank account, line by line, for who approves it: in full, to be compared with the paper.
/// </summary>
internal static class AccountLines
{
    public static IReadOnlyList<ProposedLine> Of(Payee? before, string bin, string number, string holder) =>
    [
        ProposedLine.Of("Ngân hàng", "Bank", before?.BankName, Banks.NameOf(bin)),
        ProposedLine.Of("Số tài khoản", "Account number", before?.AccountNumber, number),
        ProposedLine.Of("Tên chủ tài khoản", "Holder", before?.AccountName, holder),
    ];
}
