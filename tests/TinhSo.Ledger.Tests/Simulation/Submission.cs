using TinhSo.Kernel.Http;
using TinhSo.Ledger.Books;
using TinhSo.Ledger.Nodes;
using TinhSo.Ledger.Writing;

namespace TinhSo.Ledger.Tests.Simulation;

internal enum Known
{
    /// <summary>The caller still waits.</summary>
    Waits,

    /// <summary>The caller was answered busy, or its process ended: it may have been done or not.</summary>
    Nothing,

    Accepted,

    Refused,
}

/// <summary>What a caller asked for, once, and what it has learnt of that.</summary>
internal sealed class Submission
{
    private AskedWork? work;

    public required int Number { get; init; }

    public required int Caller { get; init; }

    /// <summary>The account to open, or null.</summary>
    public AccountOrder? Account { get; init; }

    /// <summary>The transfers to post, as one.</summary>
    public IReadOnlyList<TransferOrder> Orders { get; init; } = [];

    /// <summary>Whether none of its ids was ever used before.</summary>
    public bool IsFresh { get; init; }

    /// <summary>What another process's caller asked for, of which this is the copy that came by letter.</summary>
    public Submission? Origin { get; init; }

    public Known Known { get; set; }

    /// <summary>When it was decided, by the clock of the process that did.</summary>
    public DateTimeOffset DecidedAt { get; private set; }

    /// <summary>The batch in which it was decided last.</summary>
    public Batch? DecidedIn { get; private set; }

    public Refusal? Refusal { get; private set; }

    public LedgerAccount? Opened { get; private set; }

    public IReadOnlyList<LedgerTransfer> Posted { get; private set; } = [];

    public bool IsAnswered => Answered.IsCompleted;

    // Nothing is hung on the order's own task: who passed it on is then told right when it is answered.
    private Task Answered => work switch
    {
        OpenAccount open => open.Answered,
        PostTransfer post => post.Answered,
        PostLinked linked => linked.Answered,
        _ => throw new InvalidOperationException("Nobody was asked yet."),
    };

    /// <summary>The order of another process's caller, as the letter says it.</summary>
    public static Submission ByLetter(AskedWork work, int number, Submission origin)
    {
        var order = work.Pass();
        return new Submission
        {
            Number = number,
            // Behind those who ask this process itself.
            Caller = 1_000 + origin.Caller,
            Account = order.Open,
            Orders = order.Post is { } one ? [one] : order.Linked ?? [],
            IsFresh = origin.IsFresh,
            Origin = origin,
            work = work,
        };
    }

    public void Give(IOrders to, TimeProvider clock)
    {
        work ??= Account is { } account ? new OpenAccount(account)
            : Orders is [var order] ? new PostTransfer(order)
            : new PostLinked(Orders);
        to.Take(new Watched(work, this, clock));
    }

    /// <summary>Keeps the answer, once there is one.</summary>
    public async Task Hear()
    {
        Refusal = work switch
        {
            OpenAccount open => Keep(await open.Answered, account => Opened = account),
            PostTransfer post => Keep(await post.Answered, transfer => Posted = [transfer]),
            PostLinked linked => Keep(await linked.Answered, transfers => Posted = transfers),
            _ => null,
        };
        Known = Refusal is null ? Known.Accepted : Refusal == LedgerRefusals.Busy ? Known.Nothing : Known.Refused;
    }

    private static Refusal? Keep<T>(Outcome<T> outcome, Action<T> keep) where T : class
    {
        if (outcome.IsRefused(out var why, out var given))
        {
            return why;
        }
        keep(given);
        return null;
    }

    public override string ToString() => $"#{Number} of caller {Caller}: "
        + (Account is { } account
            ? $"open {Short(account.Id)} {account.Rules}"
            : string.Join(" + ", Orders.Select(Describe)));

    private static string Describe(TransferOrder o) =>
        $"{o.Kind} {Short(o.Id)} {Short(o.Debit)}>{Short(o.Credit)} {o.Amount}"
        + (o.Original is { } original ? $" of {Short(original)}" : "")
        + (o.ExpiresAt is { } at ? $" until {at:HH:mm:ss.ffffff}" : "");

    private static string Short(Guid id) => id.ToString("N")[..6];

    /// <summary>Notes when and with which others an order is decided, and changes nothing.</summary>
    private sealed class Watched(AskedWork order, Submission submission, TimeProvider clock) : AskedWork
    {
        public override int Size => order.Size;

        public override Refusal? Refusal => order.Refusal;

        public override void Ask(Book book, HashSet<Guid> ids, HashSet<Guid> originals)
        {
            submission.DecidedAt = Instants.Cut(clock.GetUtcNow());
            order.Ask(book, ids, originals);
        }

        public override void Decide(Batch batch)
        {
            submission.DecidedIn = batch;
            order.Decide(batch);
        }

        public override void Answer() => order.Answer();

        public override void Refuse(Refusal refusal) => order.Refuse(refusal);

        public override PassedOrder Pass() => order.Pass();

        public override Task<PassedAnswer> Tell() => order.Tell();

        public override void Answer(PassedAnswer decided) => order.Answer(decided);
    }
}
