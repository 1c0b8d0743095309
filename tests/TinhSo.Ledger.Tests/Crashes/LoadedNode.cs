using System.Diagnostics;
using TinhSo.Kernel.Storage;

namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>One of several processes that post to one store at the same time, until it is killed or frozen.</summary>
internal sealed class LoadedNode : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task hearing;
    private long acknowledged;

    private LoadedNode(string name, Process process, Witness.Voice voice, List<Ask> earlier)
    {
        Name = name;
        this.process = process;
        hearing = Task.WhenAll(Rounds.Tell(process.StandardInput, earlier), Hear(voice));
    }

    /// <summary>By which the server knows its sessions.</summary>
    public string Name { get; }

    /// <summary>How many of its orders were answered with a transfer so far.</summary>
    public long Acknowledged => Interlocked.Read(ref acknowledged);

    public static LoadedNode Start(string name, Database store, Witness witness, List<Ask> earlier, ulong seed)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                typeof(LoadedNode).Assembly.Location, LoadedProcess.Argument,
                $"{store.ConnectionString};Application Name={name}", $"{seed}",
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        return new LoadedNode(name, process, witness.Begin(mayBeBusy: true), earlier);
    }

    /// <summary>Nothing of it runs, and nobody is told.</summary>
    public Task Freeze() => Signal("STOP");

    public Task Thaw() => Signal("CONT");

    /// <summary>How long it takes until an order of it is accepted.</summary>
    public async Task<TimeSpan> Acknowledges(TimeSpan atMost)
    {
        var (began, before) = (Stopwatch.GetTimestamp(), Acknowledged);
        using var patience = new CancellationTokenSource(atMost);
        while (Acknowledged == before)
        {
            await Task.Delay(10, patience.Token);
        }
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Kills it; on Unix this is SIGKILL.</summary>
    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        await hearing;
        process.Dispose();
    }

    private async Task Hear(Witness.Voice voice)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Said.Parse(line) is { } said)
            {
                voice.Hear(said);
                Interlocked.Add(ref acknowledged, said.Answered?.Answers.Count(answer => answer.Transfer is not null) ?? 0);
            }
        }
        voice.End();
    }

    private async Task Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
