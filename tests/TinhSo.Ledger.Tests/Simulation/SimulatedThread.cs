using System.Collections.Concurrent;

namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>The only thread of a process: its tasks go on one after another, when the simulation lets them.</summary>
internal sealed class SimulatedThread : TaskScheduler
{
    private readonly ConcurrentQueue<Task> tasks = [];

    public SimulatedThread() => Factory = new TaskFactory(this);

    public TaskFactory Factory { get; }

    /// <summary>Goes on until every task waits for something outside of the process.</summary>
    public void Run()
    {
        while (tasks.TryDequeue(out var task))
        {
            TryExecuteTask(task);
        }
    }

    /// <summary>Runs what waits for nothing outside, to its end.</summary>
    public Task Run(Func<Task> act)
    {
        var task = Factory.StartNew(act).Unwrap();
        Run();
        Claim.Require(task.IsCompleted, "A task waits for what never comes.");
        return task;
    }

    protected override void QueueTask(Task task) => tasks.Enqueue(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => tasks;
}
