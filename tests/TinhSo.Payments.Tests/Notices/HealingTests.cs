using System.Net;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Notices;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Notices;

/// <summary>A process may die anywhere between a bank's notice and the receipt; the next one finishes its work once.</summary>
public sealed class HealingTests
{
    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Died_after_the_ledger_had_the_transfer_and_before_marking(Engine engine)
    {
        var (database, clock) = (TestDatabase.New(engine), new ManualClock());
        PaymentRequest request;
        await using (var first = await PaymentsApp.Start(database, clock))
        {
            request = await first.Request(await first.Payee());
            await first.Tell(first.Notice(Scene.Memo(request.Code), 100_000));
            Assert.Equal(-100_000, await first.Credit(Scene.Bank));
            Assert.Equal(PaymentState.Open, (await first.Now(request)).State);
        }

        await using var second = await PaymentsApp.Start(database, clock);
        await second.Follow();
        clock.Advance(TimeSpan.FromMinutes(1));
        await second.Sweep();
        await second.Follow();

        Assert.Equal(PaymentState.Paid, (await second.Now(request)).State);
        Assert.Single(await second.Facts<PaymentReceived>());
        Assert.Equal(1, await second.Tables(db => db.Payments.CountAsync(Stop)));
        Assert.Equal(-100_000, await second.Credit(Scene.Bank));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Died_after_the_decision_and_before_the_ledger_was_asked(Engine engine)
    {
        var (database, clock) = (TestDatabase.New(engine), new ManualClock());
        PaymentRequest request;
        await using (var first = await PaymentsApp.Start(database, clock))
        {
            request = await first.Request(await first.Payee());
            first.Ledger.IsAway = true;
            var answer = await first.Tell(first.Notice(Scene.Memo(request.Code), 150_000));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(2, await first.Tables(db => db.Moves.CountAsync(move => move.State == MoveState.Asked, Stop)));
        }

        await using var second = await PaymentsApp.Start(database, clock);
        await second.Sweep();
        Assert.Equal(0, await second.Credit(Scene.Bank));
        clock.Advance(TimeSpan.FromSeconds(6));
        await second.Sweep();
        await second.Sweep();
        await second.Follow();

        Assert.Equal(PaymentState.Paid, (await second.Now(request)).State);
        Assert.Single(await second.Facts<PaymentReceived>());
        Assert.Equal((-150_000, 50_000), (await second.Credit(Scene.Bank), await second.Credit(Scene.Waiting)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Died_after_the_notice_was_kept_and_before_anything_else(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        var (writer, _) = ((NoticeProviders)app.Services.GetService(typeof(NoticeProviders))!).Find("casso")!.Value;
        var signed = writer.Write(
            app.Notice(Scene.Memo(request.Code), 100_000), PaymentsApp.Secret, app.Clock.GetUtcNow());
        await app.With<KeepNotice, StoredNotice>(async keep => (await keep.Run(
            "casso", signed.Body, name => signed.Headers.GetValueOrDefault(name), Stop)).Accepted());

        app.Clock.Advance(TimeSpan.FromSeconds(6));
        await app.Sweep();
        await app.Follow();

        Assert.Equal(PaymentState.Paid, (await app.Now(request)).State);
        Assert.Equal(NoticeState.Decided, await app.Tables(db => db.Notices.Select(n => n.State).SingleAsync(Stop)));
    }
}
