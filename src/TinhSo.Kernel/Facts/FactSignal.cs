namespace TinhSo.Kernel.Facts;

/// <summary>Wakes who waits for new facts; a hint only, since the truth is in the database.</summary>
internal sealed class FactSignal
{
    private readonly SemaphoreSlim raised = new(0, 1);

    public void Raise()
    {
        try
        {
            raised.Release();
        }
        catch (SemaphoreFullException)
        {
            // Already raised: one wake-up is enough.
        }
    }

    /// <summary>Waits until the signal is raised, or <paramref name="atMost"/> has passed.</summary>
    public Task Wait(TimeSpan atMost, CancellationToken stop) => raised.WaitAsync(atMost, stop);
}
