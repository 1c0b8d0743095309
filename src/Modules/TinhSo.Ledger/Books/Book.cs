using TinhSo.Kernel;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Books;

/// <summary>All that the writer decides by: accounts with their balances, and which reservations will expire.</summary>
/// <remarks>
/// It is ahead of the store while a batch is being written. When that fails, it is thrown away and read again.
/// </remarks>
internal sealed class Book
{
    public const string ExpiredCode = "ledger.expired";

    private readonly PriorityQueue<Guid, DateTimeOffset> expiring = new();
    private readonly HashSet<Guid> expiryIds = [];
    private readonly SeenIds seen;
    private long decisions;

    /// <param name="taken">What stood when the writer took over.</param>
    /// <param name="seen">Holds every id of the log at least; what it holds beyond that does no harm.</param>
    public Book(Taken taken, SeenIds seen)
    {
        this.seen = seen;
        Epoch = taken.Epoch;
        Batch = taken.Batch;
        Hash = taken.Hash;
        Position = taken.Position;
        PostedAt = taken.PostedAt;
        Accounts = taken.Accounts.ToDictionary(account => account.Id);
        foreach (var (id, expiresAt) in taken.Expiring)
        {
            Watch(id, expiresAt);
        }
    }

    public long Epoch { get; }

    /// <summary>The last position given out.</summary>
    public long Position { get; set; }

    /// <summary>When the last transfer was posted: the next one is not earlier.</summary>
    public DateTimeOffset PostedAt { get; set; }

    /// <summary>The number of the last batch with rows.</summary>
    public long Batch { get; private set; }

    /// <summary>That batch's hash.</summary>
    public byte[] Hash { get; private set; }

    public Chain Chain { get; } = new();

    /// <summary>On which the next batch is decided.</summary>
    public Desk Desk { get; private set; } = new();

    /// <summary>On which the last batch with rows was decided, which may be on its way to the store.</summary>
    public Desk DeskBefore { get; private set; } = new();

    public Dictionary<Guid, Account> Accounts { get; }

    public DateTimeOffset? NextExpiry => expiring.TryPeek(out _, out var at) ? at : null;

    /// <summary>The id of the release by which the ledger itself frees an expired reservation.</summary>
    public static Guid ExpiryId(Guid reservation) => Ids.From("ledger.expiry", reservation.ToString("D"));

    public long NextDecision() => ++decisions;

    /// <summary>Goes on to the next batch.</summary>
    public void Sealed(long batch, byte[] hash)
    {
        (Batch, Hash) = (batch, hash);
        (Desk, DeskBefore) = (DeskBefore, Desk);
    }

    public bool MayBeRecorded(Guid id) => seen.MayContain(id);

    public void See(Guid id) => seen.Add(id);

    /// <summary>Has a reservation freed when its time comes.</summary>
    public void Watch(Guid reservation, DateTimeOffset expiresAt)
    {
        expiring.Enqueue(reservation, expiresAt);
        expiryIds.Add(ExpiryId(reservation));
    }

    /// <summary>Whether the ledger keeps an id for a release of its own, so that nobody else may take it.</summary>
    public bool IsKeptForExpiry(Guid id) => expiryIds.Contains(id);

    /// <summary>The reservations whose time has come, some of which may be settled already.</summary>
    public List<Guid> TakeDue(DateTimeOffset now, int max)
    {
        var due = new List<Guid>();
        while (due.Count < max && expiring.TryPeek(out var reservation, out var at) && at <= now)
        {
            expiring.Dequeue();
            expiryIds.Remove(ExpiryId(reservation));
            due.Add(reservation);
        }
        return due;
    }
}
