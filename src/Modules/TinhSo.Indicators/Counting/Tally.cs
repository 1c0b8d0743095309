using System.Globalization;
using TinhSo.Indicators.Definitions;
using TinhSo.Kernel;
using TinhSo.Kernel.Facts;
using TinhSo.Ledger;

namespace TinhSo.Indicators.Counting;

/// <summary>Counts transfers and facts into rows and sums, each once, with one result whatever order they come in.</summary>
/// <remarks>
/// A transfer is counted in the month in which the ledger accepted it, a fact in the month in which it happened,
/// however late it is heard. What is given back or reversed is subtracted when that happened; a bill that is
/// withdrawn is subtracted from the month for which it was issued.
/// </remarks>
internal sealed class Tally(IReadOnlyList<Selection> selections, ITallyStore store)
{
    /// <summary>Takes in one transfer; one that was taken in before changes nothing.</summary>
    public async Task Take(LedgerTransfer transfer, CancellationToken stop)
    {
        foreach (var selection in selections.Where(s => s.Origin is Origin.Transfers))
        {
            if (transfer is { Kind: TransferKind.Reverse, Original: { } original })
            {
                await Reverse(selection, transfer, original, stop);
            }
            else if (transfer.Kind is TransferKind.Post or TransferKind.Capture
                && Allows(selection, "code", transfer.Code)
                && Allows(selection, "kind", transfer.Kind is TransferKind.Post ? "post" : "capture"))
            {
                await Put(selection, NewRow(RowId(selection, transfer.Id), selection.Key, transfer.Id, transfer.PostedAt,
                    transfer.Place ?? "", "", transfer.Channel, transfer.Reference ?? "", 1, transfer.Amount,
                    CountedRow.RankMoved), stop);
            }
        }
    }

    /// <summary>Takes in one fact; one that was taken in before changes nothing.</summary>
    public async Task Take(NamedFact fact, CancellationToken stop)
    {
        using var body = new FactBody(fact);
        if (fact.Name == MoneyFacts.Received)
        {
            await KeepReceipt(body, stop);
        }
        foreach (var selection in selections)
        {
            if (selection.Origin is Origin.Transfers && fact.Name == MoneyFacts.Refunded)
            {
                await GiveBack(selection, body, stop);
            }
            else if (selection.Origin is Origin.Facts && selection.Fact == fact.Name && body.Fits(selection))
            {
                await TakeFact(selection, body, stop);
            }
            else if (selection.Origin is Origin.Register && selection.Fact == fact.Name)
            {
                await TakeState(selection, body, stop);
            }
            if (selection.Less?.Fact == fact.Name)
            {
                await Withdraw(selection, body, stop);
            }
        }
    }

    private async Task KeepReceipt(FactBody body, CancellationToken stop)
    {
        var transferId = body.Id("transferId");
        if (await store.FindReceipt(transferId, stop) is null)
        {
            store.Add(new ReceiptOfTransfer { TransferId = transferId, Code = body.Text("receiptCode") });
        }
    }

    // The same code may stand on the transfer that gives money back: the fact tells which way it went, and outranks it.
    private async Task GiveBack(Selection selection, FactBody body, CancellationToken stop)
    {
        if (!Allows(selection, "code", body.Text("serviceCode")))
        {
            return;
        }
        store.TakeTurns();
        var transferId = body.Id("transferId");
        var row = NewRow(RowId(selection, transferId), selection.Key, transferId, body.Moment("refundedAt"),
            body.Text("place"), "", body.Text("channel"), body.Text("reference"), 0, -body.Whole("amount"),
            CountedRow.RankGivenBack);
        await Put(selection, row, stop);
        if (await store.FindWithdrawal(ReversalId(selection, transferId), stop) is { } reversal)
        {
            await Mirror(selection, row, RowId(selection, reversal.Source), reversal.Source, reversal.At, stop);
        }
    }

    private async Task Reverse(Selection selection, LedgerTransfer transfer, Guid original, CancellationToken stop)
    {
        store.TakeTurns();
        if (await store.FindRow(RowId(selection, original), stop) is { } row)
        {
            await Mirror(selection, row, RowId(selection, transfer.Id), transfer.Id, transfer.PostedAt, stop);
        }
        else if (await store.FindWithdrawal(ReversalId(selection, original), stop) is null)
        {
            // Only a fact may tell what was reversed, and it may come later.
            store.Add(new Withdrawal
            {
                Id = ReversalId(selection, original),
                Source = transfer.Id,
                At = transfer.PostedAt,
            });
        }
    }

    private async Task TakeFact(Selection selection, FactBody body, CancellationToken stop)
    {
        var key = selection.KeyField is null ? "" : body.Text(selection.KeyField);
        var row = NewRow(FactRowId(selection, body.Fact, key), selection.Key, body.Fact.Id, body.Moment(selection.At),
            body.Dimension(selection, "place"), body.Dimension(selection, "class"),
            body.Dimension(selection, "channel"), selection.Distinct is null ? key : body.Text(selection.Distinct),
            1, body.Whole(selection.Amount), CountedRow.RankMoved);
        row.Receipt = selection.Receipt is null ? null : body.Text(selection.Receipt);
        await Put(selection, row, stop);
        if (selection.Less is not null && await store.FindWithdrawal(WithdrawalId(selection, key), stop) is { } withdrawn)
        {
            await Mirror(selection, row, withdrawn.Id, withdrawn.Source, row.At, stop);
        }
    }

    private async Task Withdraw(Selection selection, FactBody body, CancellationToken stop)
    {
        var key = body.Text(selection.Less!.Key);
        var id = WithdrawalId(selection, key);
        if (await store.FindWithdrawal(id, stop) is not null)
        {
            return;
        }
        store.Add(new Withdrawal { Id = id, Source = body.Fact.Id, At = body.Fact.OccurredAt });
        if (await store.FindRow(RowId(selection, $"{selection.Fact}\n{key}"), stop) is { } row)
        {
            await Mirror(selection, row, id, body.Fact.Id, row.At, stop);
        }
    }

    private async Task Mirror(
        Selection selection, CountedRow row, Guid id, Guid source, DateTimeOffset at, CancellationToken stop)
    {
        row.MirroredBy = id;
        var mirror = NewRow(id, selection.Key, source, at, row.Place, row.Class, row.Channel, row.Key, -row.Count,
            -row.Amount, CountedRow.RankMirror);
        mirror.Receipt = row.Receipt;
        await Put(selection, mirror, stop);
    }

    private async Task Put(Selection selection, CountedRow row, CancellationToken stop)
    {
        var kept = await store.FindRow(row.Id, stop);
        if (kept is null)
        {
            store.Add(row);
            Add(selection, row, 1);
        }
        else if (kept.Rank < row.Rank)
        {
            Add(selection, kept, -1);
            Become(kept, row);
            Add(selection, kept, 1);
            await Renew(selection, kept, stop);
        }
    }

    // What had been mirrored before it turned out to be something else is mirrored anew.
    private async Task Renew(Selection selection, CountedRow row, CancellationToken stop)
    {
        if (row.MirroredBy is { } id && await store.FindRow(id, stop) is { } mirror)
        {
            Add(selection, mirror, -1);
            (mirror.Place, mirror.Class, mirror.Channel, mirror.Key) = (row.Place, row.Class, row.Channel, row.Key);
            (mirror.Count, mirror.Amount) = (-row.Count, -row.Amount);
            Add(selection, mirror, 1);
        }
    }

    private void Add(Selection selection, CountedRow row, int sign)
    {
        store.AddToRollup(new RollupKey(row.Selection, row.Month, row.Place, row.Class, row.Channel),
            sign * row.Count, sign * row.Amount);
        if (selection.Distinct is not null && row is { Count: not 0, Key.Length: > 0 })
        {
            store.AddToActivity(
                new ActivityKey(row.Selection, row.Day, row.Key, row.Place, row.Class, row.Channel), sign * row.Count);
        }
    }

    // A register's sums hold changes: each state adds itself and takes away the one before, up to the next one.
    private async Task TakeState(Selection selection, FactBody body, CancellationToken stop)
    {
        var key = body.Text(selection.KeyField!);
        var row = NewRow(RowId(selection, body.Fact.Id), selection.Key, body.Fact.Id, body.Moment(selection.At),
            body.Dimension(selection, "place"), body.Dimension(selection, "class"),
            body.Dimension(selection, "channel"), key, body.Fits(selection) ? 1 : 0, 0, CountedRow.RankMoved);
        if (await store.FindRow(row.Id, stop) is not null)
        {
            return;
        }
        var states = await store.StatesOf(selection.Key, key, stop);
        var before = states.Where(s => Compare(s, row) < 0).Order(ByTime).LastOrDefault();
        var next = states.Where(s => Compare(s, row) > 0).Order(ByTime).FirstOrDefault();
        row.EndedAt = next?.At;
        if (before is not null)
        {
            before.EndedAt = row.At;
        }
        store.Add(row);
        AddState(row, row.Month, 1);
        AddState(before, row.Month, -1);
        if (next is not null)
        {
            AddState(before, next.Month, 1);
            AddState(row, next.Month, -1);
        }
    }

    private void AddState(CountedRow? state, string month, int sign)
    {
        if (state is { Count: 1 })
        {
            store.AddToRollup(
                new RollupKey(state.Selection, month, state.Place, state.Class, state.Channel), sign, 0);
        }
    }

    private static readonly Comparer<CountedRow> ByTime = Comparer<CountedRow>.Create(Compare);

    private static int Compare(CountedRow one, CountedRow other) => one.At != other.At
        ? one.At.CompareTo(other.At)
        : string.CompareOrdinal(one.Source.ToString("N"), other.Source.ToString("N"));

    private static void Become(CountedRow kept, CountedRow row)
    {
        (kept.Source, kept.At, kept.Month, kept.Day) = (row.Source, row.At, row.Month, row.Day);
        (kept.Place, kept.Class, kept.Channel, kept.Key) = (row.Place, row.Class, row.Channel, row.Key);
        (kept.Count, kept.Amount, kept.Rank, kept.Receipt) = (row.Count, row.Amount, row.Rank, row.Receipt);
    }

    private static CountedRow NewRow(Guid id, string selection, Guid source, DateTimeOffset at, string place,
        string @class, string channel, string key, int count, long amount, int rank)
    {
        var day = VietnamTime.DayOf(at);
        return new CountedRow
        {
            Id = id,
            Selection = selection,
            Source = source,
            At = at,
            Month = MonthOf(day),
            Day = day,
            Place = place,
            Class = @class,
            Channel = channel,
            Key = key,
            Count = count,
            Amount = amount,
            Rank = rank,
        };
    }

    /// <summary>The month of a day as rows carry it, such as <c>2026-11</c>.</summary>
    public static string MonthOf(DateOnly day) => day.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private static bool Allows(Selection selection, string field, string value) =>
        !selection.Where.TryGetValue(field, out var values) || values.Contains(value);

    private static Guid FactRowId(Selection selection, NamedFact fact, string key) =>
        key == "" ? RowId(selection, fact.Id) : RowId(selection, $"{fact.Name}\n{key}");

    private static Guid RowId(Selection selection, Guid source) => RowId(selection, source.ToString("N"));

    private static Guid RowId(Selection selection, string source) => Ids.From($"indicators.{selection.Key}", source);

    private static Guid ReversalId(Selection selection, Guid original) =>
        Ids.From($"indicators.{selection.Key}.reversed", original.ToString("N"));

    private static Guid WithdrawalId(Selection selection, string key) =>
        Ids.From($"indicators.{selection.Key}.withdrawn", key);
}
