using TinhSo.Kernel.Http;
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
    private Task<Outcome<LedgerAccount>>? opened;
    private Task<Outcome<IReadOnlyList<LedgerTransfer>>>? posted;

    public required int Number { get; init; }

    public required int Caller { get; init; }

    /// <summary>The account to open, or null.</summary>
    public AccountOrder? Account { get; init; }

    /// <summary>The transfers to post, as one.</summary>
    public IReadOnlyList<TransferOrder> Orders { get; init; } = [];

    /// <summary>Whether none of its ids was ever used before.</summary>
    public bool IsFresh { get; init; }

    public Known Known { get; set; }

    public Refusal? Refusal { get; private set; }

    public LedgerAccount? Opened { get; private set; }

    public IReadOnlyList<LedgerTransfer> Posted { get; private set; } = [];

    public bool IsAnswered => opened?.IsCompleted ?? posted!.IsCompleted;

    public void Give(Writer writer)
    {
        if (Account is { } account)
        {
            opened = writer.Do(new OpenAccount(account), CancellationToken.None);
        }
        else
        {
            posted = Orders is [var one]
                ? Listed(writer.Do(new PostTransfer(one), CancellationToken.None))
                : writer.Do(new PostLinked(Orders), CancellationToken.None);
        }
    }

    /// <summary>Waits for the answer, and keeps it.</summary>
    public async Task Hear()
    {
        await ((Task?)opened ?? posted!).WaitAsync(Turnstile.PatienceMax, TimeProvider.System);
        Refusal = null;
        if (opened is not null && !(await opened).IsRefused(out var why, out var account))
        {
            Opened = account;
        }
        else if (posted is not null && !(await posted).IsRefused(out why, out var transfers))
        {
            Posted = transfers;
        }
        else
        {
            Refusal = opened is not null ? Why(await opened) : Why(await posted!);
        }
        Known = Refusal is null ? Known.Accepted : Refusal == LedgerRefusals.Busy ? Known.Nothing : Known.Refused;
    }

    private static async Task<Outcome<IReadOnlyList<LedgerTransfer>>> Listed(Task<Outcome<LedgerTransfer>> one) =>
        (await one).Match<Outcome<IReadOnlyList<LedgerTransfer>>>(
            posted => new[] { posted },
            refusal => refusal);

    public override string ToString() => $"#{Number} of caller {Caller}: "
        + (Account is { } account
            ? $"open {Short(account.Id)} {account.Rules}"
            : string.Join(" + ", Orders.Select(Describe)));

    private static string Describe(TransferOrder o) =>
        $"{o.Kind} {Short(o.Id)} {Short(o.Debit)}>{Short(o.Credit)} {o.Amount}"
        + (o.Original is { } original ? $" of {Short(original)}" : "")
        + (o.ExpiresAt is { } at ? $" until {at:HH:mm:ss.ffffff}" : "");

    private static string Short(Guid id) => id.ToString("N")[..6];

    private static Refusal? Why<T>(Outcome<T> outcome) where T : class =>
        outcome.IsRefused(out var why, out _) ? why : null;
}
