namespace TinhSo.Benchmarks;

/// <summary>How a session is to be measured.</summary>
internal sealed record Plan
{
    /// <summary>A PostgreSQL server whose user may create databases; each is dropped at the end.</summary>
    public required string Postgres { get; init; }

    /// <summary>Where SQLite's files are made; all are deleted at the end.</summary>
    public required string Folder { get; init; }

    /// <summary>How long each run is measured.</summary>
    public TimeSpan Measured { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long each run goes on before it is measured.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often all of a suite run, one after another.</summary>
    public int Repetitions { get; init; } = 5;

    /// <summary>How many turns before those are not counted: code that is new is compiled anew while it runs.</summary>
    public int Uncounted { get; init; } = 1;

    /// <summary>Among how many accounts money moves, where a suite does not say otherwise.</summary>
    public int Accounts { get; init; } = 1_000_000;

    /// <summary>How many callers ask the ledger: one, some, many, very many.</summary>
    public IReadOnlyList<int> Callers { get; init; } = [1, 64, 1_024, 8_192];

    /// <summary>Of which the best is taken for designs that make one transaction a transfer.</summary>
    public IReadOnlyList<int> Clients { get; init; } = [1, 2, 4, 8, 16, 32, 64];

    /// <summary>pgbench's branches, each with 100,000 accounts.</summary>
    public int Scale { get; init; } = 50;

    /// <summary>The numbers of accounts to compare, the last of them also with a history.</summary>
    public IReadOnlyList<int> Sizes { get; init; } = [10_000, 1_000_000, 10_000_000];

    /// <summary>How many transfers that history has.</summary>
    public int History { get; init; } = 20_000_000;

    /// <summary>Keep-alive connections that post single transfers.</summary>
    public int Connections { get; init; } = 512;

    /// <summary>Connections that post arrays; with many, millions of transfers would wait in memory.</summary>
    public int ArrayConnections { get; init; } = 8;

    /// <summary>How many transfers an array has.</summary>
    public int ArrayLength { get; init; } = 8_190;

    /// <summary>How long the steady run is.</summary>
    public TimeSpan Steady { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a run waits at the most for a machine that others have.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The callers of all that runs with many.</summary>
    public int Many => Callers[^2];

    /// <summary>The callers of all that runs with very many.</summary>
    public int VeryMany => Callers[^1];
}
