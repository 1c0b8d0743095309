using TinhSo.Kernel.Storage;

namespace TinhSo.Kernel.Facts;

/// <summary>Reads the log of facts from its beginning, for who must count again from zero.</summary>
public sealed class FactLog(Database database)
{
    /// <summary>The facts after one, in the order in which they were published.</summary>
    /// <param name="after">The last fact already read; <see cref="Guid.Empty"/> begins.</param>
    /// <param name="max">At most this many.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<IReadOnlyList<NamedFact>> Read(Guid after, int max, CancellationToken stop)
    {
        await using var connection = database.Connect();
        await connection.OpenAsync(stop);
        await using var command = Sql.Command(connection, null,
            "select id, name, body, occurred_at from kernel_fact where id > @after order by id limit @max",
            ("after", after), ("max", max));
        await using var reader = await command.ExecuteReaderAsync(stop);
        var facts = new List<NamedFact>();
        while (await reader.ReadAsync(stop))
        {
            facts.Add(new NamedFact(reader.GetGuid(0), reader.GetString(1), reader.GetString(2),
                new DateTimeOffset(DateTime.SpecifyKind(reader.GetDateTime(3), DateTimeKind.Utc))));
        }
        return facts;
    }
}
