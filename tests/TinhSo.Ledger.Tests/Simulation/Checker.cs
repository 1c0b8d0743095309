using TinhSo.Kernel.Http;
using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;
using static TinhSo.Ledger.Tests.Simulation.Claim;

namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>Finds whatever is wrong, knowing only the orders, the answers that callers got, and the disk.</summary>
internal sealed class Checker(SimulatedDisk disk)
{
    private readonly Model model = new();
    private readonly List<StagedTransfer> verified = [];
    private readonly List<Submission> submissions = [];
    private readonly Dictionary<Guid, List<Submission>> byFirstId = [];
    private readonly Dictionary<(int Process, int Caller), long> lastAccepted = [];
    private readonly Dictionary<int, SortedList<int, long>> acceptedByLetter = [];
    private int accountsVerified;
    private StoredBatch sealedUpTo = disk.Last;

    /// <summary>The position up to which the log has been verified.</summary>
    public long Position => verified.Count;

    /// <summary>What may have been done or not, for all that its callers know.</summary>
    public IEnumerable<Submission> Unknown => submissions.Where(s => s.Origin is null && s.Known is Known.Nothing);

    public void Given(Submission submission)
    {
        submissions.Add(submission);
        var id = submission.Account?.Id ?? submission.Orders[0].Id;
        if (!byFirstId.TryGetValue(id, out var same))
        {
            byFirstId[id] = same = [];
        }
        same.Add(submission);
    }

    /// <summary>Takes in the answers that came at once, in the order of the orders.</summary>
    public void Heard(int process, IReadOnlyList<Submission> answered)
    {
        foreach (var batch in answered.Where(one => one.DecidedIn is not null).GroupBy(one => one.DecidedIn))
        {
            Require(batch.All(one => one.Known is Known.Nothing) || batch.All(one => one.Known is not Known.Nothing),
                "Of one batch, some were told busy, and some not.");
        }
        var decided = answered.Where(one => one.Known is not Known.Nothing).ToList();
        foreach (var submission in decided)
        {
            TakeExpired(submission.DecidedAt);
            Require(!model.ExpiredBy(submission.DecidedAt).Any(),
                $"{submission} was decided while an expired reservation still held money.");
            if (submission.Account is { } order)
            {
                HearOpened(submission, order);
            }
            else
            {
                HearPosted(process, submission, submission.DecidedAt);
            }
        }
        if (decided.Count > 0)
        {
            // A writer that ends in good order may have been woken once more behind them.
            TakeExpired(DateTimeOffset.MaxValue);
            Require(Position == disk.Last.Position, $"Row {Position + 1} was asked for by nobody who was answered.");
        }
    }

    /// <summary>Takes in what callers were told whose orders went to another process.</summary>
    public void HeardByLetter(int process, List<Submission> heard)
    {
        foreach (var submission in heard.Where(submission => submission.Known is not Known.Nothing))
        {
            Require(submissions.Exists(s => s.Origin == submission && s.Refusal?.Code == submission.Refusal?.Code
                && s.Known == submission.Known), $"{submission} was answered as nobody has decided it.");
            if (submission.Known is Known.Refused)
            {
                continue;
            }
            if (submission.Account is { } order)
            {
                Require(disk.Accounts.Exists(a => Order(a) == order) && submission.Opened!.Id == order.Id,
                    $"{submission} was acknowledged and is not there.");
                continue;
            }
            Require(submission.Posted.SequenceEqual(submission.Orders.Select(o => model.Find(o.Id)!)),
                $"{submission} was answered with what is not on the disk.");
            // Only what was asked by nobody else, and came by one letter that was read once: one that is read again is
            // decided again, and what had been refused, and nobody was told, may be accepted then.
            if (submission is { IsFresh: true, Orders: [var only] } && byFirstId[only.Id].Count == 2)
            {
                VerifyOrderOfLetters(process, submission.Number, submission.Posted[0].Position);
            }
        }
    }

    private void VerifyOrderOfLetters(int process, int number, long position)
    {
        if (!acceptedByLetter.TryGetValue(process, out var accepted))
        {
            acceptedByLetter[process] = accepted = [];
        }
        accepted.Add(number, position);
        var at = accepted.IndexOfKey(number);
        Require((at == 0 || accepted.GetValueAtIndex(at - 1) < position)
            && (at == accepted.Count - 1 || accepted.GetValueAtIndex(at + 1) > position), $"#{number} is out of order.");
    }

    /// <summary>Looks at all that is new on the disk, and at whether anything has changed that must not.</summary>
    public void Look()
    {
        Require(disk.Violation is null, $"The disk refused a batch: {disk.Violation}.");
        Require(disk.Rows.Count >= verified.Count && disk.Accounts.Count >= accountsVerified, "Rows are lost.");
        foreach (var account in disk.Accounts.Skip(accountsVerified).Where(a => !model.Accounts.ContainsKey(a.Id)))
        {
            Require(MayHaveDone(account.Id).Any(s => s.Account == Order(account)), $"Nobody opened {account}.");
            model.Open(Order(account));
        }
        accountsVerified = disk.Accounts.Count;
        Require(model.Accounts.Count == accountsVerified, "An account is not there that was acknowledged.");
        while (Position < disk.Rows.Count)
        {
            TakeUnanswered();
        }
        Require(disk.Rows.Count == disk.Last.Position, "There are rows of no batch.");
        VerifySeals();
        VerifyBalances();
    }

    /// <summary>Looks at all there is once more, when everything has come to rest.</summary>
    public void Finish(DateTimeOffset now)
    {
        Look();
        for (var i = 0; i < verified.Count; i++)
        {
            Require(disk.Rows[i] == verified[i], $"Row {i + 1} has changed.");
        }
        Require(!model.ExpiredBy(now).Any(), "An expired reservation was never released.");
        Require(disk.Balances.UpTo == Position, "A writer that ended in good order has not written all balances.");
        var debits = model.Accounts.Values.Aggregate((Int128)0, (sum, account) => sum + account.Balance.Debits);
        var credits = model.Accounts.Values.Aggregate((Int128)0, (sum, account) => sum + account.Balance.Credits);
        Require(debits == credits, "Debits are not credits.");
    }

    private void HearOpened(Submission submission, AccountOrder order)
    {
        var expected = model.Judge(order);
        RequireAnswer(submission, expected);
        if (expected is null)
        {
            if (!model.Accounts.ContainsKey(order.Id))
            {
                model.Open(order);
            }
            Require(disk.Accounts.Exists(account => Order(account) == order), $"{submission} was acknowledged and is not there.");
            var (answer, balance) = (submission.Opened!, model.Accounts[order.Id].Balance);
            Require(new AccountOrder(answer.Id, answer.Owner, answer.Kind, answer.Rules) == order
                && answer.Balance == balance, $"{submission} was answered with {answer}, and has {balance}.");
        }
    }

    private void HearPosted(int process, Submission submission, DateTimeOffset decidedAt)
    {
        var postedAt = decidedAt > model.PostedAt ? decidedAt : model.PostedAt;
        var expected = model.Judge(submission.Orders, postedAt, out var isRepeat);
        if (expected?.Code != submission.Refusal?.Code && disk.Last.PostedAt > postedAt)
        {
            // A batch with no transfer may have moved the ledger's time on, for writers that took over since.
            expected = model.Judge(submission.Orders, disk.Last.PostedAt, out isRepeat);
        }
        RequireAnswer(submission, expected);
        if (expected is not null)
        {
            return;
        }
        if (!isRepeat)
        {
            Require(TryTake(submission), $"{submission} was acknowledged, and row {Position + 1} is not of it.");
            Require(submission.Posted[0].PostedAt >= decidedAt, $"{submission} is dated before it was decided.");
            VerifyOrderOfCaller(process, submission);
        }
        Require(submission.Posted.SequenceEqual(submission.Orders.Select(order => model.Find(order.Id)!)),
            $"{submission} was answered with what is not on the disk.");
    }

    private void VerifyOrderOfCaller(int process, Submission submission)
    {
        if (submission.IsFresh)
        {
            var caller = (process, submission.Caller);
            Require(lastAccepted.GetValueOrDefault(caller) < submission.Number, $"{submission} has overtaken a later one.");
            lastAccepted[caller] = submission.Number;
        }
    }

    // Rows of a batch whose callers were not answered, or not yet.
    private void TakeUnanswered()
    {
        if (TakeExpired(DateTimeOffset.MaxValue))
        {
            return;
        }
        var row = disk.Rows[verified.Count].Transfer;
        var candidates = MayHaveDone(row.Id).Where(s => s.Account is null).OrderByDescending(s => s.Orders.Count);
        foreach (var submission in candidates)
        {
            if (model.Judge(submission.Orders, row.PostedAt, out var isRepeat) is null && !isRepeat && TryTake(submission))
            {
                return;
            }
        }
        throw new SimulationException($"Nobody may have asked for row {Position + 1}, not wholly, or not then: {row}.");
    }

    /// <summary>Takes the next rows in that release what expired by then, and tells whether there were any.</summary>
    private bool TakeExpired(DateTimeOffset expiredBy)
    {
        var any = false;
        while (Position < disk.Rows.Count && disk.Rows[verified.Count].Transfer is { Code: Book.ExpiredCode } row)
        {
            var reserved = model.Find(row.Original!.Value);
            if (reserved?.ExpiresAt > expiredBy)
            {
                break;
            }
            Require(reserved is not null && model.ExpiredBy(row.PostedAt).Contains(reserved), $"{row} was not due.");
            Require(row == model.Expire(reserved!, row.PostedAt), $"{row} is not the release of {reserved}.");
            Verify(disk.Rows[verified.Count]);
            any = true;
        }
        return any;
    }

    /// <summary>Whether the next rows are those of this order, all of it; then they are taken in.</summary>
    private bool TryTake(Submission submission)
    {
        // Its first order may also have been given alone, with another following by chance: so all are looked at first.
        var next = disk.Rows.Skip(verified.Count).Take(submission.Orders.Count).Select(row => row.Transfer.Id);
        if (!next.SequenceEqual(submission.Orders.Select(order => order.Id)))
        {
            return false;
        }
        for (var i = 0; i < submission.Orders.Count; i++)
        {
            var row = disk.Rows[verified.Count];
            if (model.Complete(submission.Orders[i], row.Transfer.PostedAt) != row.Transfer)
            {
                return i == 0 ? false : throw new SimulationException($"{submission} is there with other words: {row}.");
            }
            Verify(row);
        }
        return true;
    }

    private void Verify(StagedTransfer row)
    {
        var transfer = row.Transfer;
        Require(transfer.Position == verified.Count + 1, $"{transfer} is not at its position.");
        Require(transfer.PostedAt >= model.PostedAt, $"{transfer} is dated before the one before it.");
        var (debit, credit) = (model.Accounts[transfer.Debit], model.Accounts[transfer.Credit]);
        Require((row.DebitBefore, row.CreditBefore) == (debit.LastPosition, credit.LastPosition),
            $"{transfer} names wrong rows before it: {row}.");
        model.Apply(transfer);
        Require((row.Debit.ToBalance(), row.Credit.ToBalance()) == (debit.Balance, credit.Balance),
            $"{transfer} keeps wrong sums: {row}, not {debit.Balance} and {credit.Balance}.");
        Require(!debit.BreaksRules && !credit.BreaksRules, $"{transfer} overdraws an account: {debit.Balance}, {credit.Balance}.");
        verified.Add(row);
    }

    private void VerifySeals()
    {
        Require(disk.Last.Number >= sealedUpTo.Number, "Batches are lost.");
        for (var i = (int)sealedUpTo.Number + 1; i < disk.Batches.Count; i++)
        {
            var batch = disk.Batches[i];
            var rows = verified.Take((int)batch.Position).Skip((int)sealedUpTo.Position).Select(row => row.Transfer);
            var hash = Seals.Of(sealedUpTo.Hash, disk.Accounts.Where(a => a.Batch == batch.Number), rows);
            Require(batch.Number == i && hash.AsSpan().SequenceEqual(batch.Hash), $"The hash of batch {i} is wrong.");
            sealedUpTo = batch;
        }
    }

    private void VerifyBalances()
    {
        foreach (var (id, account) in model.Accounts)
        {
            var state = disk.Balances.States.GetValueOrDefault(id);
            var entries = (int)state.Entries;
            Require(entries == 0 ? state == default : entries <= account.Rows.Count
                && account.Rows[entries - 1] == (state.Last, state.Sums.ToBalance()), $"{state} never stood on {id}.");
            Require(entries == account.Rows.Count || account.Rows[entries].Position > disk.Balances.UpTo,
                $"Row {state.Last} of {id} is not its last before {disk.Balances.UpTo}.");
            for (var i = AccountState.MarkInterval - 1; i < account.Rows.Count; i += AccountState.MarkInterval)
            {
                Require(account.Rows[i].Position > disk.Balances.UpTo
                    || disk.Balances.Marks.Contains(new Mark(id, account.Rows[i].Position)), "A mark is missing.");
            }
        }
        Require(disk.Balances.Marks.All(mark => model.Accounts[mark.Account].Rows
            .BinarySearch((mark.Position, null!), ByPosition) >= 0), "A mark is at no row of its account.");
    }

    private static readonly Comparer<(long Position, LedgerBalance)> ByPosition =
        Comparer<(long Position, LedgerBalance)>.Create((one, other) => one.Position.CompareTo(other.Position));

    private IEnumerable<Submission> MayHaveDone(Guid firstId) =>
        byFirstId.GetValueOrDefault(firstId, []).Where(s => s.Known is Known.Waits or Known.Nothing or Known.Accepted);

    private static AccountOrder Order(StoredAccount account) =>
        new(account.Id, account.Owner, account.Kind, account.Rules);

    private static void RequireAnswer(Submission submission, Refusal? expected) => Require(
        expected?.Code == submission.Refusal?.Code,
        $"{submission} was answered {submission.Refusal?.Code ?? "accepted"}, not {expected?.Code ?? "accepted"}.");
}
