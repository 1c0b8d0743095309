namespace TinhSo.Payments.Tests;

/// <summary>Looks every second how much more memory is held than when it began.</summary>
/// <remarks>Only what is still held counts: what is left to be collected is no matter of a file's length.</remarks>
internal sealed class HeldMemory : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly long before = GC.GetTotalMemory(forceFullCollection: true);
    private readonly CancellationTokenSource over = new();
    private readonly Task looking;
    private long peak;

    public HeldMemory() => looking = Task.Run(Look);

    /// <summary>The most so far, in bytes.</summary>
    public long Peak
    {
        get
        {
            Note();
            return Interlocked.Read(ref peak);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await looking;
        over.Dispose();
    }

    // One look after the other: among other tests' memory one can take longer than the pause.
    private async Task Look()
    {
        using var pause = new PeriodicTimer(Every);
        try
        {
            while (await pause.WaitForNextTickAsync(over.Token))
            {
                Note();
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private void Note()
    {
        GC.Collect();
        var held = GC.GetTotalMemory(forceFullCollection: false) - before;
        Interlocked.Exchange(ref peak, Math.Max(Interlocked.Read(ref peak), held));
    }
}
