using System.Data.Common;
using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>What is broken on purpose between the real engine and its real store.</summary>
internal enum StoreDefect
{
    None,

    /// <summary>Answers before anything is durable, and what was answered last is lost when the process ends.</summary>
    AnswersTooEarly,

    /// <summary>The same, but the balances after what is lost are kept.</summary>
    WritesBalancesBeforeTheirRows,

    /// <summary>Writes half of a batch's rows.</summary>
    TearsBatches,

    /// <summary>Shows no id at the start, so that every order seems to be new. The unique index has the last word: nothing wrong is
    /// stored, but a healthy ledger tells callers that it is busy.</summary>
    ShowsNoIds,

    /// <summary>And nothing in the tables is unique either.</summary>
    ShowsNoIdsAndNothingIsUnique,

    /// <summary>Says that balances are written which are not, so that their rows are not replayed.</summary>
    SkipsReplay,

    /// <summary>Lets a writer that was replaced write over what the new one wrote.</summary>
    IgnoresEpoch,
}

/// <summary>The log's store, with a defect.</summary>
internal sealed class DefectiveStore(ILedgerStore store, LedgerDatabase ledger, StoreDefect defect) : ILedgerStore
{
    private const int DurableBatches = 16;

    private int batches;

    public Task<Taken> Take(Guid writer, bool goesOn, CancellationToken stop) => store.Take(writer, goesOn, stop);

    public Task<IReadOnlyList<LedgerTransfer>> FindRecorded(
        IReadOnlyCollection<Guid> ids, IReadOnlyCollection<Guid> originals, CancellationToken stop) =>
        store.FindRecorded(ids, originals, stop);

    public Task ReadIds(Action<Guid> seen, CancellationToken stop) =>
        defect is StoreDefect.ShowsNoIds or StoreDefect.ShowsNoIdsAndNothingIsUnique
            ? Task.CompletedTask
            : store.ReadIds(seen, stop);

    public Task Confirm(long epoch, CancellationToken stop) =>
        defect is StoreDefect.IgnoresEpoch ? Task.CompletedTask : store.Confirm(epoch, stop);

    public async Task Append(Batch batch, CancellationToken stop)
    {
        batches++;
        switch (defect)
        {
            case StoreDefect.AnswersTooEarly or StoreDefect.WritesBalancesBeforeTheirRows when batches > DurableBatches:
                return;
            case StoreDefect.TearsBatches when batch.Transfers.Count > 1:
                batch.Transfers.RemoveRange(batch.Transfers.Count / 2, batch.Transfers.Count - (batch.Transfers.Count / 2));
                break;
            case StoreDefect.IgnoresEpoch:
                await WriteOver(batch);
                break;
        }
        await store.Append(batch, stop);
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    /// <summary>Makes the store look as this writer believes it to be.</summary>
    private async Task WriteOver(Batch batch)
    {
        await using var connection = ledger.Database.Connect();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = """
            delete from ledger_transfer where position > @position;
            delete from ledger_batch where number > @batch;
            update ledger_owner set epoch = @epoch, batch = @batch, position = @position;
            """;
        Bind(command, "position", batch.From);
        Bind(command, "batch", batch.FromNumber);
        Bind(command, "epoch", batch.Epoch);
        await command.ExecuteNonQueryAsync();
    }

    private static void Bind(DbCommand command, string name, long value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}

/// <summary>The balances' store, with a defect.</summary>
internal sealed class DefectiveBalances(IBalanceStore store, StoreDefect defect) : IBalanceStore
{
    public Task Write(IReadOnlyList<Balance> balances, IReadOnlyList<Mark> marks, long? upTo, CancellationToken stop) =>
        defect switch
        {
            StoreDefect.AnswersTooEarly => Task.CompletedTask,
            StoreDefect.SkipsReplay => store.Write([], marks, upTo, stop),
            _ => store.Write(balances, marks, upTo, stop),
        };

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
