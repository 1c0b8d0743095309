using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using TinhSo.Kernel.Storage;
using static TinhSo.Ledger.Tests.TestLedger;

namespace TinhSo.Ledger.Tests.Writing;

public class WriterMeterTests
{
    [Fact]
    public async Task What_the_writer_does_can_be_watched()
    {
        var seen = new ConcurrentDictionary<string, double>();
        // Other tests run writers too, so only that each figure grows can be known here.
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "TinhSo.Ledger")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(Name(instrument, tags), value));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(Name(instrument, tags), value));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(Name(instrument, tags), value));
        listener.Start();
        await using var ledger = TestLedger.New(Engine.Sqlite);
        var (purse, bank) = (await ledger.OpenPurse(holds: 5), await ledger.Open());

        Refused(LedgerRefusals.InsufficientFunds, await ledger.Post(purse, bank, 6));
        listener.RecordObservableInstruments();

        Assert.True(seen["ledger.transfers"] >= 1);
        Assert.True(seen["ledger.batch.size"] >= 1);
        Assert.True(seen["ledger.commit.duration"] > 0);
        Assert.True(seen["ledger.queue.length"] >= 0);
        Assert.True(seen["ledger.refusals ledger.insufficient-funds"] >= 1);

        void Add(string name, double value) => seen.AddOrUpdate(name, value, (_, sum) => sum + value);
    }

    private static string Name(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Value}";
}
