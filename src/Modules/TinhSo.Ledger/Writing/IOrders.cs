using System.IO.Pipelines;
using TinhSo.Kernel.Http;

namespace TinhSo.Ledger.Writing;

/// <summary>Takes orders for the one writer.</summary>
internal interface IOrders
{
    /// <summary>Sees to it that the order is answered, perhaps with <see cref="LedgerRefusals.Busy"/>.</summary>
    void Take(AskedWork work);
}

/// <summary>What those do who hand orders on.</summary>
internal static class Asking
{
    public static Task<Outcome<T>> Do<T>(this IOrders orders, Work<T> work, CancellationToken stop) where T : class
    {
        orders.Take(work);
        return work.Answered.WaitAsync(stop);
    }

    /// <summary>Tells all of them that they do not know what became of their orders.</summary>
    /// <remarks>What they do next does not run within the task that tells them.</remarks>
    public static void Refuse(List<AskedWork> works, PipeScheduler answering)
    {
        if (works.Count > 0)
        {
            answering.Schedule(
                static works => ((List<AskedWork>)works!).ForEach(work => work.Refuse(LedgerRefusals.Busy)), works);
        }
    }
}
