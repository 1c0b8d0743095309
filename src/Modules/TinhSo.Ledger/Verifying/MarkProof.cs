using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Verifying;

/// <summary>Proves that every mark is a row of its account: a walk back from elsewhere would end in nothing.</summary>
internal static class MarkProof
{
    public static async Task<LedgerFault?> Run(BehindRows behind, LogRows log, CancellationToken stop)
    {
        var last = new Mark(Guid.Empty, long.MinValue);
        while (await behind.ReadMarks(last, stop) is { Count: > 0 } marks)
        {
            var sides = await log.FindSides(marks.Where(m => m.IsReadable).Select(m => m.Value.Position), stop);
            foreach (var (isReadable, mark, key) in marks)
            {
                if (!isReadable)
                {
                    return Faults.Unreadable("ledger_mark", key);
                }
                if (!sides.TryGetValue(mark.Position, out var side)
                    || (side.Debit != mark.Account && side.Credit != mark.Account))
                {
                    return Faults.WrongMark(mark);
                }
                last = mark;
            }
        }
        return null;
    }
}
