using System.Diagnostics.Metrics;
using TinhSo.Kernel.Http;

namespace TinhSo.Ledger.Writing;

/// <summary>The writer's figures, as the meter <c>TinhSo.Ledger</c>.</summary>
internal sealed class WriterMeter : IDisposable
{
    private readonly Meter meter = new("TinhSo.Ledger");
    private readonly Counter<long> transfers;
    private readonly Counter<long> refusals;
    private readonly Histogram<int> batchSize;
    private readonly Histogram<double> commit;

    public WriterMeter(Func<int> queued)
    {
        transfers = meter.CreateCounter<long>("ledger.transfers", "{transfer}", "Transfers made durable.");
        refusals = meter.CreateCounter<long>("ledger.refusals", "{order}", "Orders refused, by code.");
        batchSize = meter.CreateHistogram<int>("ledger.batch.size", "{transfer}", "Transfers in one durable write.");
        commit = meter.CreateHistogram<double>("ledger.commit.duration", "ms", "How long a durable write took.");
        meter.CreateObservableGauge("ledger.queue.length", queued, "{order}", "Orders that wait for the writer.");
    }

    public void Committed(int count, TimeSpan took)
    {
        transfers.Add(count);
        batchSize.Record(count);
        commit.Record(took.TotalMilliseconds);
    }

    public void Answered(Refusal? refusal)
    {
        if (refusal is not null)
        {
            refusals.Add(1, new KeyValuePair<string, object?>("code", refusal.Code));
        }
    }

    public void Dispose() => meter.Dispose();
}
