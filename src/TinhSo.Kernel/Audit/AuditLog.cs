using System.Data.Common;
using System.Runtime.CompilerServices;
using TinhSo.Kernel.Storage;

namespace TinhSo.Kernel.Audit;

/// <summary>Which entries of the audit log are wanted; null asks for any.</summary>
/// <param name="Who">Signed exactly so.</param>
/// <param name="What">Begins so.</param>
/// <param name="Subject">Contains this.</param>
/// <param name="From">Not before this.</param>
/// <param name="Until">Before this.</param>
public sealed record AuditFilter(
    string? Who = null, string? What = null, string? Subject = null, DateTimeOffset? From = null,
    DateTimeOffset? Until = null)
{
    /// <summary>Was done to exactly this; null asks for any.</summary>
    public string? SubjectIs { get; init; }
}

/// <summary>What a check of the audit log came to.</summary>
/// <param name="Entries">How many were found right.</param>
/// <param name="Hash">The hash of the last of them.</param>
/// <param name="WrongEntry">The number of the first that was changed or is missing; null when all are right.</param>
public sealed record AuditVerdict(long Entries, string Hash, long? WrongEntry);

/// <summary>Reads the audit log.</summary>
public sealed class AuditLog(Database database)
{
    /// <summary>What is recorded when somebody looks at a person's data; the reason given is what for.</summary>
    public const string PersonalDataRead = "personal-data.read";

    private static readonly DateTimeOffset TheEnd = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const string Columns = "number, at, who, origin, what, subject, why, before, after, hash";

    /// <summary>Some entries, newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="before">Only those before this number; null begins with the newest.</param>
    /// <param name="max">At most this many.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<IReadOnlyList<AuditEntry>> Read(AuditFilter filter, long? before, int max, CancellationToken stop)
    {
        var found = new List<AuditEntry>();
        var (from, until) = (filter.From ?? DateTimeOffset.UnixEpoch, filter.Until ?? TheEnd);
        await foreach (var (entry, _) in Select($"""
            select {Columns} from kernel_audit
            where number < @before
                and (@who = '' or who = @who)
                and (@what = '' or substr(what, 1, length(@what)) = @what)
                and (@subject = '' or subject like @pattern escape '\')
                and (@whole = '' or subject = @whole)
                and at >= @from and at < @until
            order by number desc limit @max
            """, stop, ("before", before ?? long.MaxValue), ("who", filter.Who ?? ""), ("what", filter.What ?? ""),
            ("subject", filter.Subject ?? ""), ("pattern", $"%{Escaped(filter.Subject ?? "")}%"),
            ("whole", filter.SubjectIs ?? ""), ("from", from.UtcDateTime), ("until", until.UtcDateTime), ("max", max)))
        {
            found.Add(entry);
        }
        return found;
    }

    /// <summary>Recomputes the whole chain, and tells the first entry that was changed or is missing.</summary>
    public async Task<AuditVerdict> Verify(IProgress<double>? progress, CancellationToken stop)
    {
        var (last, lastHash) = await ReadHead(stop);
        var (number, hash) = (0L, AuditEntry.Beginning);
        await foreach (var (entry, stored) in Select(
            $"select {Columns} from kernel_audit where number <= @last order by number", stop, ("last", last)))
        {
            var now = entry.HashAfter(hash);
            if (entry.Number != number + 1 || now != stored)
            {
                return new(number, hash, number + 1);
            }
            (number, hash) = (entry.Number, now);
            if (number % 1_000 == 0)
            {
                progress?.Report((double)number / last);
            }
        }
        // What was cut off at the end leaves a chain that is right in itself, and so does what was written anew.
        return new(number, hash, number < last ? number + 1 : hash == lastHash ? null : number);
    }

    private async Task<(long Number, string Hash)> ReadHead(CancellationToken stop)
    {
        await using var connection = database.Connect();
        await connection.OpenAsync(stop);
        await using var ask = Sql.Command(connection, null, "select number, hash from kernel_audit_head");
        await using var row = await ask.ExecuteReaderAsync(stop);
        return await row.ReadAsync(stop) ? (row.GetInt64(0), row.GetString(1)) : (0, AuditEntry.Beginning);
    }

    private async IAsyncEnumerable<(AuditEntry Entry, string Hash)> Select(
        string sql, [EnumeratorCancellation] CancellationToken stop, params (string Name, object Value)[] values)
    {
        await using var connection = database.Connect();
        await connection.OpenAsync(stop);
        await using var ask = Sql.Command(connection, null, sql, values);
        await using var row = await ask.ExecuteReaderAsync(stop);
        while (await row.ReadAsync(stop))
        {
            yield return (new AuditEntry(row.GetInt64(0),
                new DateTimeOffset(DateTime.SpecifyKind(row.GetDateTime(1), DateTimeKind.Utc)), row.GetString(2),
                Text(row, 3), row.GetString(4), row.GetString(5), Text(row, 6), Text(row, 7), Text(row, 8)),
                row.GetString(9));
        }
    }

    private static string? Text(DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
