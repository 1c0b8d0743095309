using TinhSo.Kernel.Http;
using TinhSo.Ledger.Books;
using TinhSo.Ledger.Nodes;

namespace TinhSo.Ledger.Writing;

/// <summary>One caller's order in the writer's queue.</summary>
internal abstract class Work
{
    /// <summary>How many transfers it may make.</summary>
    public virtual int Size => 1;

    /// <summary>Adds the ids by which the store must be asked before the order can be decided.</summary>
    public virtual void Ask(Book book, HashSet<Guid> ids, HashSet<Guid> originals)
    {
    }

    /// <summary>Decides, without telling the caller yet.</summary>
    public abstract void Decide(Batch batch);

    /// <summary>Why it was refused, once it is decided; null when it was not.</summary>
    public virtual Refusal? Refusal => null;

    /// <summary>Tells the caller, once the batch is durable.</summary>
    public abstract void Answer();

    /// <summary>Tells the caller that nothing was done.</summary>
    public abstract void Refuse(Refusal refusal);
}

/// <summary>Wakes the writer, which looks at the clock.</summary>
internal sealed class Wake : Work
{
    public static readonly Wake Up = new();

    public override int Size => 0;

    public override void Decide(Batch batch)
    {
    }

    public override void Answer()
    {
    }

    public override void Refuse(Refusal refusal)
    {
    }
}

/// <summary>An order whose caller waits, here or at another node.</summary>
internal abstract class AskedWork : Work
{
    /// <summary>The order, for another node to decide.</summary>
    public abstract PassedOrder Pass();

    /// <summary>Waits for what is decided here, for the node that passed it.</summary>
    public abstract Task<PassedAnswer> Tell();

    /// <summary>Tells the caller what another node decided.</summary>
    public abstract void Answer(PassedAnswer decided);
}

/// <summary>An order whose caller waits for this.</summary>
internal abstract class Work<T> : AskedWork where T : class
{
    // The caller's own code must not run on the writer's task: whoever answers sees to it.
    private readonly TaskCompletionSource<Outcome<T>> answer = new();

    public Task<Outcome<T>> Answered => answer.Task;

    protected Outcome<T> Decided { get; set; }

    public override Refusal? Refusal => Decided.IsRefused(out var why, out _) ? why : null;

    public override void Answer() => answer.TrySetResult(Decided);

    public override void Refuse(Refusal refusal) => answer.TrySetResult(refusal);

    public override async Task<PassedAnswer> Tell() => PassedAnswer.Of(await Answered, Wrap);

    public override void Answer(PassedAnswer decided) => answer.TrySetResult(decided.To(Unwrap(decided)));

    protected abstract PassedAnswer Wrap(T given);

    protected abstract T? Unwrap(PassedAnswer decided);
}

internal sealed class OpenAccount(AccountOrder order) : Work<LedgerAccount>
{
    public override void Decide(Batch batch) => Decided = batch.Open(order);

    public override PassedOrder Pass() => new(Open: order);

    protected override PassedAnswer Wrap(LedgerAccount given) => new(Account: given);

    protected override LedgerAccount? Unwrap(PassedAnswer decided) => decided.Account;
}

internal sealed class PostTransfer(TransferOrder order) : Work<LedgerTransfer>
{
    public override void Ask(Book book, HashSet<Guid> ids, HashSet<Guid> originals) =>
        Ask(order, book, ids, originals);

    public override void Decide(Batch batch) => Decided = batch.Post(order);

    public override PassedOrder Pass() => new(Post: order);

    protected override PassedAnswer Wrap(LedgerTransfer given) => new(Transfer: given);

    protected override LedgerTransfer? Unwrap(PassedAnswer decided) => decided.Transfer;

    /// <summary>Adds the ids by which the store must be asked before an order can be decided.</summary>
    public static void Ask(TransferOrder order, Book book, HashSet<Guid> ids, HashSet<Guid> originals)
    {
        if (book.MayBeRecorded(order.Id))
        {
            ids.Add(order.Id);
        }
        if (order.Original is { } original)
        {
            ids.Add(original);
            originals.Add(original);
        }
        if (order.ExpiresAt is not null)
        {
            ids.Add(Book.ExpiryId(order.Id));
        }
    }
}

/// <summary>All of these or none.</summary>
internal sealed class PostLinked(IReadOnlyList<TransferOrder> orders) : Work<IReadOnlyList<LedgerTransfer>>
{
    public override int Size => orders.Count;

    public override void Ask(Book book, HashSet<Guid> ids, HashSet<Guid> originals)
    {
        foreach (var order in orders)
        {
            PostTransfer.Ask(order, book, ids, originals);
        }
    }

    public override void Decide(Batch batch) => Decided = batch.Post(orders);

    public override PassedOrder Pass() => new(Linked: orders);

    protected override PassedAnswer Wrap(IReadOnlyList<LedgerTransfer> given) => new(Linked: given);

    protected override IReadOnlyList<LedgerTransfer>? Unwrap(PassedAnswer decided) => decided.Linked;
}

/// <summary>Each of these by itself.</summary>
internal sealed class PostEach(IReadOnlyList<TransferOrder> orders) : Work<IReadOnlyList<Outcome<LedgerTransfer>>>
{
    public override int Size => orders.Count;

    public override void Ask(Book book, HashSet<Guid> ids, HashSet<Guid> originals)
    {
        foreach (var order in orders)
        {
            PostTransfer.Ask(order, book, ids, originals);
        }
    }

    public override void Decide(Batch batch)
    {
        var outcomes = new Outcome<LedgerTransfer>[orders.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = batch.Post(orders[i]);
        }
        Decided = outcomes;
    }

    public override PassedOrder Pass() => new(Each: orders);

    protected override PassedAnswer Wrap(IReadOnlyList<Outcome<LedgerTransfer>> given) =>
        new(Each: [.. given.Select(one => PassedAnswer.Of(one, transfer => new PassedAnswer(Transfer: transfer)))]);

    protected override IReadOnlyList<Outcome<LedgerTransfer>>? Unwrap(PassedAnswer decided) =>
        decided.Each is null ? null : [.. decided.Each.Select(one => one.To(one.Transfer))];
}
