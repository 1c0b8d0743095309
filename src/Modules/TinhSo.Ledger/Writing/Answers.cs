using TinhSo.Kernel.Http;

namespace TinhSo.Ledger.Writing;

/// <summary>Tells callers what became of their orders, off the writer's task.</summary>
/// <remarks>
/// What a caller does next runs within this, one after another. In one piece for all of a large batch they would wait
/// for the slowest among them; in a piece for each, handing over would cost more than deciding did.
/// </remarks>
internal sealed class Answers
{
    private const int PieceMax = 64;

    private readonly Work[] works;
    private readonly WriterMeter meter;
    private readonly Refusal? refusal;

    private Answers(Work[] works, WriterMeter meter, Refusal? refusal) =>
        (this.works, this.meter, this.refusal) = (works, meter, refusal);

    /// <summary>Tells each what was decided, or all that nothing was done.</summary>
    public static void Give(TaskFactory threads, List<Work> works, WriterMeter meter, Refusal? refusal = null)
    {
        for (var from = 0; from < works.Count; from += PieceMax)
        {
            var piece = works.Slice(from, Math.Min(PieceMax, works.Count - from)).ToArray();
            threads.StartNew(static answers => ((Answers)answers!).Give(), new Answers(piece, meter, refusal));
        }
    }

    private void Give()
    {
        foreach (var work in works)
        {
            meter.Answered(refusal ?? work.Refusal);
            if (refusal is null)
            {
                work.Answer();
            }
            else
            {
                work.Refuse(refusal);
            }
        }
    }
}
