using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>Balances and marks as they stand behind the log, of which a power failure loses the newest pieces.</summary>
internal sealed class BalanceTables(Defect defect)
{
    // Pieces that are written but not forced to the disk; they are lost from the end.
    private readonly List<Piece> unforced = [];
    private Dictionary<Guid, AccountState> forcedStates = [];
    private HashSet<Mark> forcedMarks = [];
    private long forcedUpTo;

    public Dictionary<Guid, AccountState> States { get; private set; } = [];

    public HashSet<Mark> Marks { get; private set; } = [];

    /// <summary>Everything up to this position has been taken in.</summary>
    public long UpTo { get; private set; }

    public void Write(Piece piece)
    {
        Apply(piece);
        unforced.Add(piece);
    }

    public void Force()
    {
        unforced.Clear();
        (forcedStates, forcedMarks, forcedUpTo) = (new(States), [.. Marks], UpTo);
    }

    public void LosePower(Dice dice)
    {
        (States, Marks, UpTo) = (new(forcedStates), [.. forcedMarks], forcedUpTo);
        var kept = unforced.Take(dice.Below(unforced.Count + 1)).ToList();
        // The whole file may be lost, too.
        if (dice.Percent(20))
        {
            (States, Marks, UpTo) = ([], [], 0);
            kept.Clear();
        }
        kept.ForEach(Apply);
        Force();
    }

    private void Apply(Piece piece)
    {
        foreach (var balance in piece.Balances)
        {
            if (balance.State.Last > States.GetValueOrDefault(balance.Account).Last
                || defect is Defect.KeepsOlderBalances)
            {
                States[balance.Account] = balance.State;
            }
        }
        Marks.UnionWith(defect is Defect.ForgetsMarks ? [] : piece.Marks);
        UpTo = Math.Max(UpTo, piece.UpTo ?? 0);
    }
}
