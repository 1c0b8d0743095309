using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Statements;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Closing;

/// <summary>A step about one bank account: one person proposes it, another answers, and money may move by it.
/// </summary>
internal interface IBookStep : IProposed
{
    Guid BookId { get; }
}

/// <summary>Takes the second person's answer to a step about a bank account, and has its transfer posted.</summary>
internal sealed class AnswerOnBook(PaymentsDb db, BookAccess access, LedgerAccounts accounts, PostMoves moves)
{
    /// <summary>The step as it stands then; to who may not approve at the account's unit it is not there.</summary>
    /// <param name="id">The step's.</param>
    /// <param name="decide">Takes the answer, in one transaction.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<Outcome<TStep>> Run<TStep>(
        Guid id, Func<Task<Outcome<TStep>>> decide, CancellationToken stop) where TStep : class, IBookStep
    {
        if (await Find<TStep>(id, stop) is not { } proposed
            || await access.Find(proposed.BookId, BookAccess.Approve, stop) is not { } book)
        {
            return KernelRefusals.NotFound;
        }
        if (await accounts.OpenBook(book.Account, stop) is { } failed)
        {
            return failed;
        }
        var answered = await db.InTransaction(decide, stop);
        if (answered.IsRefused(out _, out var step) || step.State is not StepState.Ordered)
        {
            return answered;
        }
        return await moves.PostAndSettle(id, stop) is { } refusal ? refusal : (await Find<TStep>(id, stop))!;
    }

    private Task<TStep?> Find<TStep>(Guid id, CancellationToken stop) where TStep : class =>
        db.Set<TStep>().AsNoTracking().SingleOrDefaultAsync(step => EF.Property<Guid>(step, "Id") == id, stop);
}
