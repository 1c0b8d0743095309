using TinhSo.Kernel.Storage;

namespace TinhSo.Benchmarks.Suites;

/// <summary>A table of the session.</summary>
internal interface ISuite
{
    string Name { get; }

    /// <summary>What is measured, and how, as a reader of the table must know it.</summary>
    string About { get; }

    /// <summary>The row by whose rate another is divided; without callers, it may have any number of them.</summary>
    Row? YardstickOf(Row row, Plan plan);

    Task Run(Session session, CancellationToken stop);
}

/// <summary>The engines, as the tables name them.</summary>
internal static class Engines
{
    public const string Sqlite = "SQLite";
    public const string Postgres = "PostgreSQL";

    public static readonly IReadOnlyList<Engine> Both = [Engine.Sqlite, Engine.Postgres];

    public static string NameOf(Engine engine) => engine is Engine.Sqlite ? Sqlite : Postgres;
}
