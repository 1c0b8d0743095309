using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Storage;

namespace TinhSo.Testing;

/// <summary>The whole application on a database of its own, on either engine.</summary>
/// <param name="database">Where its data is.</param>
/// <param name="clock">The clock it goes by; the system's when null.</param>
/// <param name="settings">Configuration on top of the usual.</param>
public sealed class TestApp(Database database, TimeProvider? clock = null, params (string Key, string Value)[] settings)
    : WebApplicationFactory<Program>
{
    /// <summary>The password of every person that <see cref="SignedIn"/> registers.</summary>
    public const string Password = "a long test password";

    /// <inheritdoc cref="TestApp(Database, TimeProvider?, ValueTuple{string, string}[])"/>
    public TestApp(Engine engine, TimeProvider? clock = null, params (string Key, string Value)[] settings)
        : this(TestDatabase.New(engine), clock, settings)
    {
    }

    private readonly FailureLog failures = new();

    /// <summary>Where its data is.</summary>
    public Database Database => database;

    /// <summary>What requests broke off with, which no page tells.</summary>
    public IReadOnlyCollection<Exception> Failures => failures.All;

    /// <summary>What tests sign in as, and as whom they set things up.</summary>
    public TimeProvider Clock => clock ?? TimeProvider.System;

    /// <summary>Does something with a service in a scope of its own, as a job of the platform would.</summary>
    public async Task<TResult> With<TService, TResult>(Func<TService, Task<TResult>> act) where TService : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    /// <summary>Does something with the tables of a module.</summary>
    public Task<TResult> Tables<TDb, TResult>(Func<TDb, Task<TResult>> act) where TDb : DbContext => With(act);

    /// <summary>Delivers every fact that is due, until there is none.</summary>
    public async Task DeliverFacts()
    {
        while (await Services.GetRequiredService<FactDispatcher>().DeliverDue(CancellationToken.None) > 0)
        {
            // Hearing a fact may publish another.
        }
    }

    /// <summary>A program signed in as a person who holds a role at a unit; as another one when a name is given.
    /// </summary>
    public async Task<HttpClient> SignedIn(string role, string unit, string? userName = null)
    {
        userName ??= UserName(role, unit);
        await With<IIdentity, bool>(async identity =>
        {
            var id = PersonId(userName);
            await identity.Register(new PersonOrder(id, userName, $"Người thử {role}", Password), default);
            await identity.Grant(id, role, unit, default);
            return true;
        });
        var client = CreateClient();
        var answer = await client.PostAsJsonAsync("/api/v1/sessions", new { userName, password = Password });
        answer.EnsureSuccessStatusCode();
        var session = await answer.Content.ReadFromJsonAsync<JsonElement>();
        client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", session.GetProperty("accessToken").GetString());
        return client;
    }

    /// <summary>A browser signed in as a person who holds a role at a unit.</summary>
    public async Task<HttpClient> Browser(string role, string unit, string? userName = null)
    {
        using var registered = await SignedIn(role, unit, userName);
        var browser = CreateClient();
        using var page = await browser.PostForm("/sign-in", "sign-in",
            ("userName", userName ?? UserName(role, unit)), ("password", Password));
        page.EnsureSuccessStatusCode();
        return browser;
    }

    /// <summary>The user name of the person that <see cref="SignedIn"/> makes.</summary>
    public static string UserName(string role, string unit) => $"{role}-{Ids.From(role, unit):N}"[..36];

    /// <summary>The id of the person who signs in by a user name.</summary>
    public static Guid PersonId(string userName) => Ids.From("test.person", userName);

    /// <summary>The header by which a test says from which address a request comes.</summary>
    public const string AddressHeader = "X-Test-Address";

    /// <inheritdoc/>
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Test");
        builder.UseSetting("Logging:LogLevel:Default", "Critical");
        builder.UseSetting("Logging:LogLevel:Microsoft.EntityFrameworkCore", "Critical");
        builder.UseSetting("Logging:LogLevel:Microsoft.AspNetCore", "Critical");
        builder.ConfigureLogging(log => log.AddProvider(failures)
            .AddFilter<FailureLog>("Microsoft.AspNetCore.Diagnostics", LogLevel.Error));
        builder.UseSetting("Database:ConnectionString", Database.ConnectionString);
        builder.UseSetting("Limits:SignInPerMinute", "100000");
        // Those whose subject it is demand it; for all others a password is the shorter way in.
        builder.UseSetting("SignIn:SecondFactor", "optional");
        // Thousands of people sign in to tests, and none of them is a secret.
        builder.UseSetting("SignIn:PasswordRounds", "1000");
        // One set of keys for all tests: their models are then made once.
        builder.UseSetting("Keys:columns", ColumnKeys.Demo);
        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }
        builder.ConfigureTestServices(services => services.AddSingleton<IStartupFilter, Addresses>());
        if (clock is not null)
        {
            builder.ConfigureTestServices(services => services.AddSingleton(clock));
        }
    }

    private sealed class Addresses : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((http, goOn) =>
            {
                if (IPAddress.TryParse(http.Request.Headers[AddressHeader], out var address))
                {
                    http.Connection.RemoteIpAddress = address;
                }
                return goOn(http);
            });
            next(app);
        };
    }
    private sealed class FailureLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<Exception> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (exception is not null)
            {
                All.Enqueue(exception);
            }
        }

        public void Dispose()
        {
            // There is nothing to close.
        }
    }
}
