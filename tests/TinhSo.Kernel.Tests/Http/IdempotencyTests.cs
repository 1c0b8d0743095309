using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Kernel.Tests.Http;

public sealed class IdempotencyTests : IAsyncDisposable
{
    private WebApplication? app;
    private int effects;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task The_same_request_again_has_one_effect_and_the_same_answer_to_the_byte(Engine engine)
    {
        using var client = await Start(engine);

        using var first = await client.Send("/orders", new { name = "Chả mực" }, "key-1");
        using var again = await client.Send("/orders", new { name = "Chả mực" }, "key-1");
        using var otherKey = await client.Send("/orders", new { name = "Chả mực" }, "key-2");

        Assert.Equal(2, effects);
        Assert.Equal(first.StatusCode, again.StatusCode);
        Assert.Equal(first.Content.Headers.ContentType, again.Content.Headers.ContentType);
        Assert.Equal(await first.Content.ReadAsByteArrayAsync(Stop), await again.Content.ReadAsByteArrayAsync(Stop));
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(["true"], again.Headers.GetValues("Idempotency-Replayed"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_key_belongs_to_one_request_of_one_caller(Engine engine)
    {
        using var client = await Start(engine);
        using var first = await client.Send("/orders", new { name = "a" }, "key");

        using var otherBody = await client.Send("/orders", new { name = "b" }, "key");
        using var otherPath = await client.Send("/empty", new { name = "a" }, "key");
        using var otherQuery = await client.Send("/orders?x=1", new { name = "a" }, "key");
        client.DefaultRequestHeaders.Add("X-Person", "another");
        using var otherCaller = await client.Send("/orders", new { name = "b" }, "key");

        foreach (var answer in new[] { otherBody, otherPath, otherQuery })
        {
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "kernel.idempotency-key-used-differently"),
                ((await answer.Problem()).Status, (await answer.Problem()).Code));
        }
        Assert.Equal(HttpStatusCode.OK, otherCaller.StatusCode);
        Assert.Equal(2, effects);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_many_at_once_with_one_key_one_is_carried_out(Engine engine)
    {
        using var client = await Start(engine);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.Send("/slow", new { }, "key")));

        Assert.Equal(1, effects);
        Assert.All(answers, a => Assert.True(a.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict));
        Assert.Contains(answers, a => a.StatusCode is HttpStatusCode.OK);
        using var later = await client.Send("/slow", new { }, "key");
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
        Assert.Equal(1, effects);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Answers_of_5xx_and_crashes_are_not_kept_so_that_the_same_key_may_try_again(Engine engine)
    {
        using var client = await Start(engine);
        foreach (var path in (string[])["/busy", "/crash", "/half"])
        {
            var before = effects;
            using var failed = await client.Send(path, new { }, $"key{path}");
            using var again = await client.Send(path, new { }, $"key{path}");
            Assert.Equal(HttpStatusCode.OK, again.StatusCode);
            Assert.False(again.Headers.Contains("Idempotency-Replayed"));
            Assert.Equal(before + 2, effects);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Refusals_and_answers_without_a_body_are_kept_like_any_other(Engine engine)
    {
        using var client = await Start(engine);
        foreach (var (path, status) in new[] { ("/empty", HttpStatusCode.NoContent), ("/refuse", HttpStatusCode.Conflict) })
        {
            var before = effects;
            using var first = await client.Send(path, new { }, $"key{path}");
            using var again = await client.Send(path, new { }, $"key{path}");
            Assert.Equal((status, status), (first.StatusCode, again.StatusCode));
            Assert.Equal(["true"], again.Headers.GetValues("Idempotency-Replayed"));
            Assert.Equal(before + 1, effects);
        }
    }

    [Fact]
    public async Task A_request_without_a_key_or_with_one_too_long_is_refused_before_anything_happens()
    {
        using var client = await Start(Engine.Sqlite);
        using var none = await client.PostAsJsonAsync("/orders", new { name = "a" }, Stop);
        using var tooLong = await client.Send("/orders", new { name = "a" }, new string('k', 101));
        using var notNeeded = await client.PostAsJsonAsync("/free", new { }, Stop);

        foreach (var answer in new[] { none, tooLong })
        {
            var problem = await answer.Problem();
            Assert.Equal((HttpStatusCode.BadRequest, "kernel.idempotency-key-missing"), (problem.Status, problem.Code));
        }
        Assert.Equal(HttpStatusCode.OK, notNeeded.StatusCode);
        Assert.Equal(1, effects);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_claim_of_a_process_that_died_is_free_after_two_minutes(Engine engine)
    {
        var clock = new ManualClock();
        using var client = await Start(engine, clock);
        // A claim without an answer, as a killed process leaves it.
        var database = app!.Services.GetRequiredService<Database>();
        await using (var connection = database.Connect())
        {
            await connection.OpenAsync(Stop);
            await using var claim = Sql.Command(connection, null,
                "insert into kernel_idempotency (caller, key, request, created_at) values ('anonymous', 'key', 'x', @at)",
                ("at", clock.GetUtcNow().UtcDateTime));
            await claim.ExecuteNonQueryAsync(Stop);
        }

        using var early = await client.Send("/orders", new { name = "a" }, "key");
        clock.Advance(TimeSpan.FromMinutes(2.1));
        using var late = await client.Send("/orders", new { name = "a" }, "key");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, early.StatusCode);
        Assert.Equal(HttpStatusCode.OK, late.StatusCode);
    }

    [Fact]
    public async Task What_cannot_be_read_is_a_problem_that_names_the_field()
    {
        using var client = await Start(Engine.Sqlite);
        foreach (var (body, fields) in new[]
        {
            ("{\"name\": 5}", new[] { "name" }), ("{\"name\": {}}", ["name"]), ("{", []), ("", []), ("null", []),
            ("{\"name\": \"\\ud800\"}", ["name"]),
        })
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var answer = await client.Send("/orders", content);
            var problem = await answer.Problem();
            Assert.Equal((HttpStatusCode.BadRequest, "kernel.invalid"), (problem.Status, problem.Code));
            Assert.Equal(fields, problem.Fields);
        }
        using var nul = await client.GetAsync(new Uri("/free?q=a%00b", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.BadRequest, (await nul.Problem()).Status);
        Assert.Equal(0, effects);
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }

    private sealed record Order(string Name);

    private async Task<HttpClient> Start(Engine engine, TimeProvider? clock = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        var database = TestDatabase.New(engine);
        clock ??= new MicrosecondClock();
        builder.Services.AddSingleton(clock);
        builder.Services.AddKernel(database);
        builder.Services.AddProblemDetails();
        app = builder.Build();
        await SchemaUpgrade.Run(database, app.Services.GetServices<ModuleSchema>(), clock, Stop);
        app.UseReadableAddresses();
        app.UseExceptionHandler();
        app.Use((http, next) =>
        {
            if (http.Request.Headers["X-Person"].ToString() is { Length: > 0 } person)
            {
                http.User = new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, person)], "test"));
            }
            return next(http);
        });
        app.UseRouting();
        app.UseIdempotency(database, clock);
        var routes = app.MapGroup("").WithIdempotency();
        routes.MapPost("/orders", (Order order) => new { order.Name, number = Interlocked.Increment(ref effects) });
        routes.MapPost("/empty", () => Answer(TypedResults.NoContent()));
        routes.MapPost("/refuse", () => Answer(new Refusal("test.refused", new("Không", "No")).ToProblem()));
        routes.MapPost("/busy", () => Interlocked.Increment(ref effects) % 2 == 1
            ? Results.StatusCode(503) : Results.Ok(new { }));
        routes.MapPost("/crash", () => Interlocked.Increment(ref effects) % 2 == 1
            ? throw new InvalidOperationException("as a bug would") : Results.Ok(new { }));
        routes.MapPost("/half", async (HttpContext http) =>
        {
            await http.Response.WriteAsync("half an answer", Stop);
            if (Interlocked.Increment(ref effects) % 2 == 1)
            {
                throw new InvalidOperationException("in the middle of the answer");
            }
        });
        routes.MapPost("/slow", async () =>
        {
            Interlocked.Increment(ref effects);
            await Task.Delay(50, Stop);
            return new { };
        });
        app.MapPost("/free", () => Answer(TypedResults.Ok()));
        app.UseEndpoints(_ => { });
        await app.StartAsync(Stop);
        return app.GetTestClient();
    }

    private TResult Answer<TResult>(TResult result)
    {
        Interlocked.Increment(ref effects);
        return result;
    }
}
