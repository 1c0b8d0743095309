using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Storage;
using TinhSo.Kernel.Tests.Storage;
using TinhSo.Testing;

namespace TinhSo.Kernel.Tests.Facts;

public class DeliveryTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task Each_fact_is_heard_once_though_four_hosts_deliver_at_once(Engine engine)
    {
        var (database, clock) = (TestDatabase.New(engine), new ManualClock());
        var hosts = Enumerable.Range(0, 4)
            .Select(_ => new HearingHost(engine, database.ConnectionString, clock)).ToList();
        await hosts[0].Upgrade(clock, Stop);
        await hosts[0].Say(Enumerable.Range(0, 60).Select(i => $"{i}"), Stop);

        await Task.WhenAll(hosts.Select(host => Task.Run(async () =>
        {
            while (await host.Dispatcher.DeliverDue(Stop) > 0)
            {
                // Until nothing is due any more.
            }
        }, Stop)));

        var heard = await hosts[0].Tables(db => db.Heard.Select(h => h.Text).ToListAsync(Stop));
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"{i}").Order(), heard.Order());
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Facts_of_one_moment_are_heard_and_read_in_the_order_in_which_they_were_published(Engine engine)
    {
        var (database, clock) = (TestDatabase.New(engine), new ManualClock());
        await using var host = new HearingHost(engine, database.ConnectionString, clock);
        await host.Upgrade(clock, Stop);
        string[] said = [.. Enumerable.Range(0, 250).Select(i => $"{i:D3}")];
        await host.Say(said, Stop);

        while (await host.Dispatcher.DeliverDue(Stop) > 0)
        {
            // More than one batch.
        }

        Assert.Equal(said, host.Ear.Order);
        var read = new List<NamedFact>();
        while (await host.Log.Read(read.Count == 0 ? Guid.Empty : read[^1].Id, 70, Stop) is { Count: > 0 } next)
        {
            read.AddRange(next);
        }
        Assert.Equal(said.Select(text => $"{{\"text\":\"{text}\"}}"), read.Select(fact => fact.Body));
        Assert.All(read, fact => Assert.Equal((Said.Name, clock.GetUtcNow()), (fact.Name, fact.OccurredAt)));
        Assert.All(read, fact => Assert.Equal(7, fact.Id.Version));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_hearer_that_fails_is_tried_again_with_growing_pauses_and_holds_up_nobody(Engine engine)
    {
        var (database, clock) = (TestDatabase.New(engine), new ManualClock());
        await using var host = new HearingHost(engine, database.ConnectionString, clock);
        await host.Upgrade(clock, Stop);
        host.Ear.Fails = text => text == "bad";
        await host.Say(["before", "bad", "after"], Stop);

        await host.Dispatcher.DeliverDue(Stop);
        Assert.Equal(["after", "before"], await Heard(host));

        for (var attempt = 1; attempt < 10; attempt++)
        {
            var delivery = await Bad(host);
            Assert.Equal((attempt, "cannot hear bad"), (delivery.Attempts, delivery.LastError));
            Assert.Equal(clock.GetUtcNow().AddSeconds(1 << attempt), delivery.DueAt);
            Assert.Equal(0, await host.Dispatcher.DeliverDue(Stop));
            clock.Advance(TimeSpan.FromSeconds(1 << attempt));
            Assert.Equal(1, await host.Dispatcher.DeliverDue(Stop));
        }

        // Ten times are enough: it waits for a person, and later facts are heard as ever.
        Assert.Equal((10, 9999), ((await Bad(host)).Attempts, (await Bad(host)).DueAt.Year));
        clock.Advance(TimeSpan.FromDays(400));
        await host.Say(["later"], Stop);
        Assert.Equal(1, await host.Dispatcher.DeliverDue(Stop));
        Assert.Equal(["after", "before", "later"], await Heard(host));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_one_host_could_not_deliver_and_another_did_meanwhile_is_not_postponed(Engine engine)
    {
        var (database, clock) = (TestDatabase.New(engine), new ManualClock());
        await using var deaf = new HearingHost(engine, database.ConnectionString, clock);
        await using var hearing = new HearingHost(engine, database.ConnectionString, clock);
        await deaf.Upgrade(clock, Stop);
        deaf.Ear.Fails = _ => true;
        await deaf.Say(Enumerable.Range(0, 100).Select(i => $"{i}"), Stop);

        await Task.WhenAll(Task.Run(() => deaf.Dispatcher.DeliverDue(Stop), Stop),
            Task.Run(() => hearing.Dispatcher.DeliverDue(Stop), Stop));
        do
        {
            // What the deaf one put off falls due.
            clock.Advance(TimeSpan.FromSeconds(2));
        }
        while (await hearing.Dispatcher.DeliverDue(Stop) > 0);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}").Order(), (await Heard(hearing)).Order());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_a_failed_attempt_changed_is_undone_and_a_later_one_has_its_effect_once(Engine engine)
    {
        var (database, clock) = (TestDatabase.New(engine), new ManualClock());
        await using var host = new HearingHost(engine, database.ConnectionString, clock, hearsAll: true);
        await host.Upgrade(clock, Stop);
        host.Ear.Fails = _ => true;
        await host.Say(["it"], Stop);
        await host.Dispatcher.DeliverDue(Stop);
        Assert.Equal(["all: test.said.v1"], await Heard(host));

        host.Ear.Fails = _ => false;
        clock.Advance(TimeSpan.FromSeconds(2));
        await host.Dispatcher.DeliverDue(Stop);
        await host.Dispatcher.DeliverDue(Stop);

        Assert.Equal(["all: test.said.v1", "it"], await Heard(host));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_fact_is_told_if_and_only_if_its_change_is_saved(Engine engine)
    {
        var (database, clock) = (TestDatabase.New(engine), new ManualClock());
        await using var host = new HearingHost(engine, database.ConnectionString, clock);
        await host.Upgrade(clock, Stop);

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Tables(db => db.InTransaction<int>(async () =>
        {
            db.Publish(new Said("never"));
            await db.SaveChangesAsync(Stop);
            throw new InvalidOperationException("after the save and before the commit");
        }, Stop)));

        Assert.Equal(0, await host.Dispatcher.DeliverDue(Stop));
        Assert.Empty(await host.Log.Read(Guid.Empty, 10, Stop));
    }

    private static Task<List<string>> Heard(HearingHost host) =>
        host.Tables(db => db.Heard.Select(h => h.Text).OrderBy(t => t).ToListAsync(Stop));

    private static Task<OutboxDelivery> Bad(HearingHost host) => host.Tables(
        db => db.Set<OutboxDelivery>().AsNoTracking().SingleAsync(d => d.DoneAt == null, Stop));
}
