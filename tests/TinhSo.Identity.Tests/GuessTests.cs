using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests;

public class GuessTests
{
    private const int Guesses = 1_000;
    private const string Home = "203.0.113.7";

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_thousand_guesses_a_minute_from_many_addresses_are_answered_unread_and_the_owner_gets_in(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        var userName = TestApp.UserName(Roles.Treasurer, Units.Province);
        using var owner = await app.SignedIn(Roles.Treasurer, Units.Province);
        Assert.Equal(HttpStatusCode.OK, await Try(app, userName, TestApp.Password, Home));

        var began = Stopwatch.GetTimestamp();
        var answers = new List<HttpStatusCode>();
        for (var guess = 0; guess < Guesses; guess++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(60));
            answers.Add(await Try(app, userName, $"guess {guess}",
                string.Create(CultureInfo.InvariantCulture, $"198.51.{guess / 250}.{guess % 250}")));
        }
        var took = Stopwatch.GetElapsedTime(began);
        TestContext.Current.TestOutputHelper!.WriteLine($"{Guesses} guesses were answered within {took.TotalSeconds:N1} s.");

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer));
        // From elsewhere even the right one opens nothing now; from where the owner has been, it does.
        Assert.Equal(HttpStatusCode.Unauthorized, await Try(app, userName, TestApp.Password, "192.0.2.99"));
        Assert.Equal(HttpStatusCode.OK, await Try(app, userName, TestApp.Password, Home));
        clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.OK, await Try(app, userName, TestApp.Password, "192.0.2.99"));
        // Ten were looked at; the others left nothing behind but a count.
        Assert.Equal(10, await app.Tables<IdentityDb, int>(db => db.Database.SqlQueryRaw<int>(
            "select cast(count(*) as integer) as \"Value\" from kernel_audit where what = 'identity.sign-in-refused'")
            .SingleAsync(Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Names_that_nobody_has_are_slowed_like_those_that_somebody_has(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        using var somebody = await app.SignedIn(Roles.Treasurer, Units.Province);
        for (var guess = 0; guess < 12; guess++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await Try(app, "nobody.here", "x", Home));
        }
        Assert.Equal(12, await app.Tables<IdentityDb, int>(db => db.Guesses.Select(one => one.Wrong).SingleAsync(Stop)));

        // What is over is forgotten when the next comes.
        clock.Advance(TimeSpan.FromMinutes(16));
        await Try(app, "nobody.else", "x", Home);
        Assert.Equal(1, await app.Tables<IdentityDb, int>(db => db.Guesses.CountAsync(Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task One_address_that_tries_many_people_is_stopped_after_so_many_a_minute(Engine engine)
    {
        await using var app = new TestApp(engine, null, ("Limits:SignInPerMinute", "20"));
        using var somebody = await app.SignedIn(Roles.Treasurer, Units.Province);

        var answers = new List<HttpStatusCode>();
        for (var person = 0; person < 60; person++)
        {
            answers.Add(await Try(app, $"person{person}", "Mot23456789", "198.51.100.1"));
        }

        Assert.Equal(20, answers.Count(answer => answer == HttpStatusCode.Unauthorized));
        Assert.Equal(40, answers.Count(answer => answer == HttpStatusCode.TooManyRequests));
        Assert.Equal(HttpStatusCode.OK, await Try(
            app, TestApp.UserName(Roles.Treasurer, Units.Province), TestApp.Password, Home));
    }

    private static async Task<HttpStatusCode> Try(TestApp app, string userName, string password, string address)
    {
        using var client = app.CreateClient();
        client.DefaultRequestHeaders.Add(TestApp.AddressHeader, address);
        using var answer = await client.PostAsJsonAsync("/api/v1/sessions", new { userName, password }, Stop);
        return answer.StatusCode;
    }
}
