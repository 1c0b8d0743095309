using Microsoft.Extensions.Logging;
using Npgsql;
using TinhSo.Ledger.Storage;
using TinhSo.Ledger.Writing;

namespace TinhSo.Ledger.Nodes;

/// <summary>Mail through two tables of the ledger's own server: no node need know where another is.</summary>
internal sealed partial class PostgresMail : IMail
{
    private const string Channel = "ledger_mail";
    private const string ForTheWriter = "";
    // A letter may hold some thousand orders.
    private const int LettersMax = 16;
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(1);

    private readonly LedgerDatabase ledger;
    private readonly Guid node;
    private readonly ILogger log;
    private readonly NpgsqlDataSource source;
    private readonly LedgerSignal letters = new();
    private readonly LedgerSignal answers = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly Task listening;

    public PostgresMail(LedgerDatabase ledger, Guid node, ILogger log)
    {
        (this.ledger, this.node, this.log) = (ledger, node, log);
        var own = ledger.Sessions.Own();
        // None of it must outlive a server that fails.
        own.Options = "-c synchronous_commit=off";
        (own.MaxAutoPrepare, own.AutoPrepareMinUsages) = (10, 2);
        source = NpgsqlDataSource.Create(own);
        listening = Task.Run(() => Listen(stopping.Token));
    }

    public Task LettersCome => letters.Next;

    public Task AnswersCome => answers.Next;

    public async Task Send(Letter letter, CancellationToken stop)
    {
        await ledger.Upgrade(stop);
        await Run(stop,
            new("insert into ledger_passed (id, node, orders) values ($1, $2, $3)")
            {
                Parameters = { Value(letter.Id), Value(letter.Node), Value(letter.Orders) },
            },
            Notify(ForTheWriter));
    }

    public Task TakeBack(Guid letter, CancellationToken stop) => Run(stop,
        new NpgsqlBatchCommand("delete from ledger_passed where id = $1") { Parameters = { Value(letter) } });

    public async Task<IReadOnlyList<Letter>> Read(IReadOnlyCollection<Guid> inHand, CancellationToken stop)
    {
        await using var command = source.CreateCommand("""
            select id, node, orders from ledger_passed
            where id <> all ($1) and passed_at > now() - interval '1 minute' order by number limit $2
            """);
        command.Parameters.Add(Value(inHand.ToArray()));
        command.Parameters.Add(Value(LettersMax));
        await using var row = await command.ExecuteReaderAsync(stop);
        var read = new List<Letter>();
        while (await row.ReadAsync(stop))
        {
            read.Add(new Letter(row.GetGuid(0), row.GetGuid(1), (byte[])row[2]));
        }
        return read;
    }

    public Task Answer(Letter letter, ReadOnlyMemory<byte> answers, CancellationToken stop) => Run(stop,
        new("delete from ledger_passed where id = $1") { Parameters = { Value(letter.Id) } },
        new("insert into ledger_answered (letter, node, answers) values ($1, $2, $3) on conflict do nothing")
        {
            Parameters = { Value(letter.Id), Value(letter.Node), Value(answers) },
        },
        Notify(letter.Node.ToString()));

    public async Task<IReadOnlyList<(Guid Letter, byte[] Answers)>> TakeAnswers(CancellationToken stop)
    {
        await using var command =
            source.CreateCommand("delete from ledger_answered where node = $1 returning letter, answers");
        command.Parameters.Add(Value(node));
        await using var row = await command.ExecuteReaderAsync(stop);
        var taken = new List<(Guid, byte[])>();
        while (await row.ReadAsync(stop))
        {
            taken.Add((row.GetGuid(0), (byte[])row[1]));
        }
        return taken;
    }

    public Task Sweep(CancellationToken stop) => Run(stop,
        new("delete from ledger_passed where passed_at < now() - interval '2 minutes'"),
        new("delete from ledger_answered where answered_at < now() - interval '2 minutes'"));

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await listening;
        await source.DisposeAsync();
        stopping.Dispose();
    }

    private async Task Listen(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(stop);
                connection.Notification += (_, news) => Raise(news.Payload);
                await using (var listen = new NpgsqlCommand($"listen {Channel}", connection))
                {
                    await listen.ExecuteNonQueryAsync(stop);
                }
                // What came while nobody listened.
                letters.Raise();
                answers.Raise();
                while (true)
                {
                    await connection.WaitAsync(stop);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The node ends.
            }
#pragma warning disable CA1031 // Whatever failed: who waits for news looks by himself now and then.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                LogDeaf(failure);
                await Task.Delay(PauseMax, TimeProvider.System, stop).ContinueWith(
                    _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    private void Raise(string payload)
    {
        if (payload == ForTheWriter)
        {
            letters.Raise();
        }
        else if (payload == node.ToString())
        {
            answers.Raise();
        }
    }

    /// <summary>All of these or none.</summary>
    private async Task Run(CancellationToken stop, params NpgsqlBatchCommand[] commands)
    {
        await using var batch = source.CreateBatch();
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command);
        }
        await batch.ExecuteNonQueryAsync(stop);
    }

    private static NpgsqlBatchCommand Notify(string payload) =>
        new($"select pg_notify('{Channel}', $1)") { Parameters = { Value(payload) } };

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };

    [LoggerMessage(LogLevel.Warning, "The ledger's mail is not listened to just now; it is looked for every second.")]
    private partial void LogDeaf(Exception failure);
}
