using TinhSo.Ledger.Writing;
using static TinhSo.Ledger.Tests.Simulation.Claim;

namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>One life of a ledger among failing disks, processes and callers, all of it decided by one seed.</summary>
internal sealed class Simulation
{
    private const int StepsMin = 60;
    private const int StepsMax = 260;
    private const int BurstMax = 12;
    private const int StepsShown = 40;

    private readonly Dice dice;
    private readonly SimulatedDisk disk;
    private readonly SimulatedNetwork network;
    private readonly Dictionary<Guid, List<Submission>> letters = [];
    private readonly Callers callers;
    private readonly Checker checker;
    private readonly List<SimulatedProcess> alive = [];
    private readonly List<Piece> stray = [];
    private int processes;
    private int copies;
    private DateTimeOffset now = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);

    private Simulation(ulong seed, Defect defect)
    {
        Seed = seed;
        dice = new Dice(seed);
        disk = new SimulatedDisk(defect);
        network = new SimulatedNetwork(defect);
        callers = new Callers(dice);
        checker = new Checker(disk);
    }

    public ulong Seed { get; }

    /// <summary>All that happened, a line each.</summary>
    public List<string> Steps { get; } = [];

    public int Transfers => disk.Rows.Count;

    /// <summary>Lives the seed's life to its end.</summary>
    /// <exception cref="SimulationException">Something went wrong: with the seed and the last steps.</exception>
    public static async Task<Simulation> Run(ulong seed, Defect defect = Defect.None)
    {
        var simulation = new Simulation(seed, defect);
        try
        {
            await simulation.Live();
        }
#pragma warning disable CA1031 // Whatever went wrong, what led to it is told.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            var last = string.Join('\n', simulation.Steps.TakeLast(StepsShown));
            var why = failure is SimulationException ? failure.Message : failure.ToString();
            throw new SimulationException($"Seed {seed}, after {simulation.Steps.Count} steps: {why}\n{last}");
        }
        finally
        {
            foreach (var process in simulation.alive)
            {
                await process.Kill();
            }
        }
        return simulation;
    }

    private async Task Live()
    {
        var first = Start(QueueMax());
        await Give(first, callers.Begin());
        for (var steps = dice.Between(StepsMin, StepsMax); steps > 0; steps--)
        {
            if (alive.Count == 0)
            {
                Start(QueueMax());
            }
            await Step();
            checker.Look();
        }
        await End();
    }

    private Task Step() => dice.Below(1_000) switch
    {
        < 260 => GiveSome(),
        < 740 => Advance(dice.Pick(alive)),
        < 770 => LoseBalances(),
        < 830 => PassTime(),
        < 960 => Correspond(),
        < 975 => Kill(dice.Pick(alive)),
        < 982 => LosePower(),
        < 992 => Replace(),
        _ => Stop(dice.Pick(alive)),
    };

    private Task GiveSome()
    {
        var process = AnyAlive();
        var count = dice.Percent(70) ? 1 : dice.Between(2, BurstMax);
        return Give(process, [.. Enumerable.Range(0, count).Select(_ => callers.Next(process.Clock.Now))]);
    }

    private async Task Give(SimulatedProcess process, params IReadOnlyList<Submission> submissions)
    {
        foreach (var submission in submissions)
        {
            Note($"{process.Number}: {submission}");
            checker.Given(submission);
            process.Give(submission);
        }
        var answered = await process.Run();
        Hear(process, answered);
        Require(answered.TrueForAll(one => one.Known is Known.Nothing),
            "An order was decided without asking the store whether this is still the writer.");
    }

    private Task Correspond() => dice.Below(100) switch
    {
        < 35 => PassOn(dice.Pick(alive)),
        < 60 => TakeIn(AnyAlive(), AnyFault()),
        < 80 => AnswerLetters(dice.Pick(alive)),
        _ => HandOut(dice.Pick(alive)),
    };

    private Fault AnyFault() => dice.Percent(15) ? dice.Pick([Fault.Before, Fault.After]) : Fault.None;

    private async Task PassOn(SimulatedProcess process)
    {
        var passed = Enumerable.Range(0, dice.Between(1, 4)).Select(_ => callers.Next(process.Clock.Now)).ToList();
        var fault = AnyFault();
        Note($"{process.Number}: passes on {string.Join("; ", passed)}, fault {fault}");
        passed.ForEach(checker.Given);
        if (await process.Mail.Pass(passed, fault) is { } letter)
        {
            letters.Add(letter, passed);
        }
        await HandOut(process);
    }

    /// <summary>Has a process decide what others passed, as if it were the one that writes.</summary>
    private async Task TakeIn(SimulatedProcess process, Fault fault)
    {
        if (process.IsReplaced)
        {
            return;
        }
        Note($"{process.Number}: takes letters in, fault {fault}");
        var copied = await process.Mail.TakeIn(fault);
        await Give(process,
            [.. copied.Select(one => Submission.ByLetter(one.Work, ++copies, letters[one.Letter][one.Index]))]);
    }

    private Task AnswerLetters(SimulatedProcess process)
    {
        var fault = AnyFault();
        Note($"{process.Number}: answers letters, fault {fault}");
        return process.Mail.Answer(fault);
    }

    private async Task HandOut(SimulatedProcess process)
    {
        var heard = await process.Mail.HandOut(AnyFault());
        foreach (var submission in heard)
        {
            Note($"{process.Number}: hears #{submission.Number} {submission.Refusal?.Code ?? "accepted"}");
        }
        checker.Look();
        checker.HeardByLetter(process.Number, heard);
    }

    /// <summary>Has one of a process's tasks go on.</summary>
    private async Task Advance(SimulatedProcess process)
    {
        if (process.Calls.Count == 0)
        {
            await Give(process, callers.Next(process.Clock.Now));
            return;
        }
        var asked = process.Calls.Where(one => one.Kind is not CallKind.Wait).ToList();
        var call = dice.Pick(asked.Count > 0 && dice.Percent(75) ? asked : process.Calls);
        await Release(process, call, dice.Percent(10) ? AnyFault(call.Kind) : Fault.None);
    }

    private async Task Release(SimulatedProcess process, Call call, Fault fault)
    {
        Note($"{process.Number}: {call.Kind} goes on, fault {fault}");
        Hear(process, await process.Release(call, fault));
    }

    private async Task GoOn(SimulatedProcess process) => Hear(process, await process.Run());

    private void Hear(SimulatedProcess process, List<Submission> answered)
    {
        foreach (var submission in answered)
        {
            Note($"{process.Number}: answers #{submission.Number} {submission.Refusal?.Code ?? "accepted"}");
        }
        Require(!process.IsReplaced || disk.Owner != process.Number,
            $"Process {process.Number} believes that it was replaced, and nobody has done so.");
        checker.Heard(process.Number, answered);
    }

    private Fault AnyFault(CallKind kind) => kind switch
    {
        CallKind.Wait => Fault.None,
        CallKind.Append => dice.Pick([Fault.Before, Fault.After, Fault.After, Fault.Late]),
        _ => dice.Pick([Fault.Before, Fault.After]),
    };

    private Task LoseBalances()
    {
        if (stray.Count > 0 && dice.Percent(50))
        {
            Note("a piece of balances of a process that has ended arrives");
            disk.Balances.Write(stray[0]);
            stray.RemoveAt(0);
        }
        else if (dice.Percent(30))
        {
            Note("balances are forced to the disk");
            disk.Balances.Force();
        }
        return Task.CompletedTask;
    }

    private async Task PassTime()
    {
        now += TimeSpan.FromMicroseconds(dice.Below(dice.Percent(80) ? 20_000_000 : 200_000_000));
        Note($"it is {now:HH:mm:ss.ffffff}");
        foreach (var process in alive)
        {
            // Clocks go wrong by seconds, and are set right again, which is back as often as on.
            process.Clock.Set(now + TimeSpan.FromMicroseconds(dice.Percent(80) ? 0 : dice.Below(10_000_000) - 5_000_000));
            await GoOn(process);
        }
    }

    private async Task Kill(SimulatedProcess process)
    {
        Note($"{process.Number}: ends at once");
        alive.Remove(process);
        var append = process.Calls.FirstOrDefault(call => call.Kind is CallKind.Append)?.Batch;
        var piece = process.Calls.FirstOrDefault(call => call.Kind is CallKind.WriteBalances)?.Piece;
        foreach (var submission in process.Waiting.Concat(process.Mail.Waiting))
        {
            submission.Known = Known.Nothing;
        }
        await process.Kill();
        if (append is not null && dice.Percent(60))
        {
            switch (dice.Below(3))
            {
                case 0:
                    Note($"{process.Number}: amid batch {append.Number}");
                    disk.Tear(append, dice);
                    break;
                default:
                    Note($"{process.Number}: before the answer to batch {append.Number}");
                    disk.Doubt(append);
                    break;
            }
        }
        if (piece is not null && dice.Percent(50))
        {
            stray.Add(piece);
        }
    }

    private async Task LosePower()
    {
        foreach (var process in alive.ToList())
        {
            await Kill(process);
        }
        Note("the power fails");
        stray.Clear();
        disk.LosePower(dice);
    }

    private async Task Replace()
    {
        if (alive.Count < 3)
        {
            await Give(Start(QueueMax()), callers.Next(now));
        }
    }

    private async Task Stop(SimulatedProcess process)
    {
        Note($"{process.Number}: ends in good order");
        await FinishOrders(process);
        alive.Remove(process);
        Hear(process, await process.Stop());
        foreach (var submission in process.Mail.Waiting)
        {
            submission.Known = Known.Nothing;
        }
    }

    private async Task FinishOrders(SimulatedProcess process)
    {
        while (process.Waiting.Count > 0 && !process.IsReplaced)
        {
            await Release(process, process.Calls[0], Fault.None);
            checker.Look();
        }
    }

    // A queue may be so short that callers are turned away.
    private int QueueMax() => dice.Percent(90) ? Writer.QueueMax : 10;

    private SimulatedProcess Start(int queueMax)
    {
        var process = new SimulatedProcess(processes++, disk, network, dice.Id(), queueMax);
        process.Clock.Set(now);
        alive.Add(process);
        Note($"{process.Number}: begins");
        return process;
    }

    // Most orders go where the ledger was taken over last.
    private SimulatedProcess AnyAlive() => dice.Percent(80) ? alive[^1] : dice.Pick(alive);

    /// <summary>Everything is well again: who does not know asks again, and what has expired is released.</summary>
    private async Task End()
    {
        Note("everything is well again");
        foreach (var process in alive.ToList())
        {
            await Kill(process);
        }
        var last = Start(Writer.QueueMax);
        await TakeIn(last, Fault.None);
        await Give(last, [.. checker.Unknown.ToList().Select(callers.Again)]);
        await Give(last, callers.Last(now));
        await FinishOrders(last);
        await Rest(last);
    }

    // From here on no order waits in the queue: only the clock can wake the writer.
    private async Task Rest(SimulatedProcess last)
    {
        now += 2 * Callers.ExpiryMax;
        last.Clock.Set(now);
        await GoOn(last);
        while (last.Calls.Count > 0)
        {
            await Release(last, last.Calls[0], Fault.None);
            checker.Look();
        }
        await last.Mail.Answer(Fault.None);
        Require(network.Letters.Count == 0, "A letter was never answered.");
        await Stop(last);
        checker.Look();
        checker.Finish(now);
    }

    private void Note(string step) => Steps.Add(step);
}
