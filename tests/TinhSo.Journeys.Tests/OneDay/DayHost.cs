using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Journeys.Tests.OneDay;

/// <summary>The platform in a process of its own, which is killed and started again while a day goes on.</summary>
internal sealed class DayHost : IAsyncDisposable
{
    public const string Argument = "--serve-until-killed";

    private readonly HttpClient client = new();
    private readonly Database database;
    private readonly ClockAhead clock;
    private Task<Running> running;

    private DayHost(Database database, ClockAhead clock)
    {
        (this.database, this.clock) = (database, clock);
        running = Start();
    }

    private sealed record Running(Process Process, Uri Address);

    /// <summary>What time it is there.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    public static DayHost On(Database database, ClockAhead clock) => new(database, clock);

    /// <summary>What the process does: it serves until its input ends, or until it is killed.</summary>
    public static async Task<int> Serve(string connection, string ahead)
    {
        var clock = new ClockAhead(TimeSpan.FromSeconds(long.Parse(ahead, CultureInfo.InvariantCulture)));
        await using var town = Town.Again(Database.Parse(connection), clock);
        Console.WriteLine(town.Address);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    /// <summary>Asks until there is an answer: whoever hears none asks the same again.</summary>
    public async Task<JsonElement> Ask(Func<HttpRequestMessage> request, CancellationToken stop)
    {
        while (true)
        {
            var address = (await running).Address;
            using var asked = request();
            asked.RequestUri = new Uri(address, asked.RequestUri!);
            try
            {
                using var answer = await client.SendAsync(asked, stop);
                var text = await answer.Content.ReadAsStringAsync(stop);
                if (answer.StatusCode is not HttpStatusCode.ServiceUnavailable)
                {
                    Assert.True(answer.IsSuccessStatusCode, $"{asked.RequestUri}: {(int)answer.StatusCode} {text}");
                    return JsonDocument.Parse(text).RootElement;
                }
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException)
            {
                // Killed while it answered, or before.
            }
            await Task.Delay(50, stop);
        }
    }

    /// <summary>Kills it, on Unix by SIGKILL, and starts it again; meanwhile whoever asks waits.</summary>
    public async Task KillAndStartAgain()
    {
        var killed = await running;
        var next = new TaskCompletionSource<Running>(TaskCreationOptions.RunContinuationsAsynchronously);
        running = next.Task;
        try
        {
            killed.Process.Kill();
            await killed.Process.WaitForExitAsync();
            killed.Process.Dispose();
            next.SetResult(await Start());
        }
        catch (Exception failure)
        {
            next.SetException(failure);
            throw;
        }
    }

    /// <summary>Has it end by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        using var process = (await running).Process;
        process.StandardInput.Close();
        await process.WaitForExitAsync();
    }

    private async Task<Running> Start()
    {
        var process = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                typeof(DayHost).Assembly.Location, Argument, database.ConnectionString,
                clock.Ahead.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var address = await process.StandardOutput.ReadLineAsync();
        Assert.True(Uri.TryCreate(address, UriKind.Absolute, out var found), $"It did not start: {address}");
        return new(process, found);
    }
}
