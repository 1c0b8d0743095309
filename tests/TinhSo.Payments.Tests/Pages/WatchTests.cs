using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Requests;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Pages;

public class WatchTests
{
    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_watches_a_payment_is_told_once_it_is_paid_and_nobody_else_is(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var (paid, other) = (await app.Request(payee), await app.Request(payee));
        using var payer = app.Anyone();
        using var mine = await Open(payer, $"/pay/{paid.Code}/watch?seen=Open");
        using var twin = await Open(payer, $"/pay/{paid.Code}/watch?seen=Open");
        using var theirs = await Open(payer, $"/pay/{other.Code}/watch?seen=Open");
        foreach (var one in new[] { mine, twin, theirs })
        {
            Assert.Equal("waiting", await Event(one));
        }
        Assert.Equal(3, Watching(app).Count);
        await Look(app);

        await app.Arrive(Scene.Memo(paid.Code), 100_000);
        await Look(app);

        Assert.Equal("changed", await Event(mine));
        Assert.Equal("changed", await Event(twin));
        Assert.Null(await Event(mine));
        Assert.Equal("waiting", await EventInTime(app, theirs));
        Assert.Equal(1, Watching(app).Count);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_changed_between_the_page_and_the_watching_is_told_at_the_next_turn(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        await app.Arrive(Scene.Memo(request.Code), 100_000);
        using var payer = app.Anyone();

        using var late = await Open(payer, $"/pay/{request.Code}/watch?seen=Open");
        Assert.Equal("waiting", await Event(late));
        await Look(app);

        Assert.Equal("changed", await Event(late));
    }

    [Fact]
    public async Task A_page_that_is_closed_is_forgotten_and_none_is_watched_for_ever()
    {
        await using var app = await PaymentsApp.Start(Engine.Sqlite);
        var request = await app.Request(await app.Payee());
        using var payer = app.Anyone();
        using (var closed = await Open(payer, $"/pay/{request.Code}/watch?seen=Open"))
        {
            Assert.Equal("waiting", await Event(closed));
        }
        while (Watching(app).Count > 0)
        {
            await Task.Delay(10, Stop);
        }

        using var patient = await Open(payer, $"/pay/{request.Code}/watch?seen=Open");
        var since = app.Clock.GetUtcNow();
        while (await EventInTime(app, patient) is { } sign)
        {
            Assert.Equal("waiting", sign);
        }
        Assert.InRange(app.Clock.GetUtcNow() - since, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(11));
    }

    [Fact]
    public async Task Beyond_the_limit_and_at_what_is_no_request_the_page_is_sent_away_to_ask()
    {
        await using var app = await PaymentsApp.Start(Engine.Sqlite, ("Payments:Limits:Watchers", "1"));
        var request = await app.Request(await app.Payee());
        using var payer = app.Anyone();
        using var first = await Open(payer, $"/pay/{request.Code}/watch?seen=Open");
        Assert.Equal("waiting", await Event(first));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await payer.Status($"/pay/{request.Code}/watch?seen=Open"));
        Assert.Equal(HttpStatusCode.NotFound, await payer.Status("/pay/7K2QX9M4T/watch"));
    }

    private static WatchRequests Watching(PaymentsApp app) => app.Services.GetRequiredService<WatchRequests>();

    private static Task Look(PaymentsApp app) => Watching(app).Look(Stop);

    private static async Task<StreamReader> Open(HttpClient payer, string path)
    {
        var answer = await payer.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));
    }

    /// <summary>The next event's name, with time going on until it comes.</summary>
    private static async Task<string?> EventInTime(PaymentsApp app, StreamReader events)
    {
        var next = Event(events);
        while (!next.IsCompleted)
        {
            app.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(next, Task.Delay(10, Stop));
        }
        return await next;
    }

    /// <summary>The next event's name, or null when the stream has ended.</summary>
    private static async Task<string?> Event(StreamReader events)
    {
        while (await events.ReadLineAsync(Stop) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                return line["event: ".Length..];
            }
        }
        return null;
    }
}
