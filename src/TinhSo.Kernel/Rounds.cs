namespace TinhSo.Kernel;

/// <summary>What the platform does again and again until it ends.</summary>
public static class Rounds
{
    /// <summary>Waits, works, and waits again; what fails is told, and the next round is tried all the same.</summary>
    /// <param name="wait">Until the next round is due.</param>
    /// <param name="work">One round.</param>
    /// <param name="tell">Hears what failed, such as a database that is away for a while.</param>
    /// <param name="stop">Ends it, between two rounds or within one.</param>
    public static async Task Run(Func<CancellationToken, Task> wait, Func<CancellationToken, Task> work,
        Action<Exception> tell, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await wait(stop);
                await work(stop);
            }
#pragma warning disable CA1031 // Whatever failed, the loop outlives it; what ends with the platform did not fail.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                if (!stop.IsCancellationRequested)
                {
                    tell(failure);
                }
            }
        }
    }
}
