namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>All that callers asked and were told, by processes that may run one after another or side by side.</summary>
/// <remarks>
/// What one process says is heard in its order: what it was answered on an earlier line, it knew when it asked on a later
/// one. Between two that run side by side nothing is taken for earlier.
/// </remarks>
internal sealed class Witness
{
    private readonly Lock gate = new();
    private readonly List<Voice> voices = [];
    private readonly List<Heard> heard = [];
    private long acknowledged;

    /// <summary>Every ask, in the order in which it was heard.</summary>
    public IReadOnlyList<Heard> Asks
    {
        get
        {
            lock (gate)
            {
                return [.. heard];
            }
        }
    }

    /// <summary>How many orders were answered with a transfer so far.</summary>
    public long Acknowledged => Interlocked.Read(ref acknowledged);

    /// <summary>Hears another process from now on.</summary>
    /// <param name="mayBeBusy">Whether its disk or server may fail, or another process replace it.</param>
    public Voice Begin(bool mayBeBusy = false)
    {
        lock (gate)
        {
            var voice = new Voice(this, mayBeBusy, voices.Count(v => v.HasEnded),
                voices.Where(v => v.HasEnded).Select(v => v.Highest).DefaultIfEmpty().Max());
            voices.Add(voice);
            return voice;
        }
    }

    /// <summary>What one process says.</summary>
    internal sealed class Voice(Witness witness, bool mayBeBusy, int endedBefore, long highest)
    {
        private readonly Dictionary<long, Heard> open = [];
        private long line;
        private int ended = int.MaxValue;

        public bool MayBeBusy => mayBeBusy;

        public bool HasEnded => ended < int.MaxValue;

        /// <summary>The highest position that its callers can know of.</summary>
        public long Highest { get; private set; } = highest;

        public void Hear(Said said)
        {
            lock (witness.gate)
            {
                line++;
                if (said.Ask is { } ask)
                {
                    var began = new Heard(this, ask, line, Highest);
                    open.Add(ask.Number, began);
                    witness.heard.Add(began);
                }
                if (said.Answered is { } answered && open.Remove(answered.Number, out var asked))
                {
                    asked.End(line, answered.Answers);
                    Highest = answered.Answers.Max(answer => Math.Max(Highest, answer.Transfer?.Position ?? 0));
                    Interlocked.Add(ref witness.acknowledged, answered.Answers.Count(answer => answer.Transfer is not null));
                }
            }
        }

        /// <summary>It was killed, or has ended: nobody waits for an answer of it any more.</summary>
        public void End()
        {
            lock (witness.gate)
            {
                ended = witness.voices.Count(voice => voice.HasEnded);
            }
        }

        /// <summary>Whether it had ended before another began.</summary>
        public bool EndedBefore(Voice other) => ended < other.EndedAtBegin;

        private int EndedAtBegin => endedBefore;
    }
}

/// <summary>An ask, and what became of it as far as its caller knows.</summary>
/// <param name="Voice">The process that said so.</param>
/// <param name="Ask">What was asked.</param>
/// <param name="Began">The line of the process on which it was asked.</param>
/// <param name="Floor">The highest position that its caller could know of then.</param>
internal sealed record Heard(Witness.Voice Voice, Ask Ask, long Began, long Floor)
{
    private long ended = long.MaxValue;

    /// <summary>Null when no answer ever came.</summary>
    public IReadOnlyList<Answer>? Answers { get; private set; }

    public void End(long line, IReadOnlyList<Answer> answers) => (ended, Answers) = (line, answers);

    /// <summary>Whether it was certainly over when another was asked.</summary>
    public bool IsBefore(Heard other) =>
        Voice == other.Voice ? ended < other.Began : Voice.EndedBefore(other.Voice);
}
