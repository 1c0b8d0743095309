using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>A PostgreSQL server of one test's own, which keeps its promises to the disk and may be killed.</summary>
internal sealed class ThrowAwayServer : IAsyncDisposable
{
    private readonly string folder =
        Path.Combine(Path.GetTempPath(), "tinhso-tests", Guid.CreateVersion7().ToString("N"));

    private readonly int port = FreePort();
    private readonly string programs = Directory.GetDirectories("/usr/lib/postgresql").Order().Last() + "/bin";

    private ThrowAwayServer()
    {
    }

    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = "tinhso",
        Database = "postgres",
    }.ConnectionString;

    private string Data => Path.Combine(folder, "data");

    public static async Task<ThrowAwayServer> Begin()
    {
        var server = new ThrowAwayServer();
        Directory.CreateDirectory(server.folder);
        if (Environment.UserName == "root")
        {
            await Run("chown", "nobody:nogroup", server.folder);
        }
        await server.AsOwner("initdb", "-D", server.Data, "-U", "tinhso", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N");
        await server.Start();
        return server;
    }

    public Task Start() => Control("start", "-l", Path.Combine(folder, "log"), "-o",
        $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=on -c synchronous_commit=on");

    /// <summary>Ends every process of the server at once: what it had only in memory is lost.</summary>
    public async Task Kill()
    {
        await Control("stop", "-m", "immediate");
        // Connections that are kept for later use lead nowhere now.
        NpgsqlConnection.ClearAllPools();
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        Directory.Delete(folder, recursive: true);
    }

    private Task Control(params string[] arguments) => AsOwner("pg_ctl", ["-D", Data, "-s", "-w", .. arguments]);

    // PostgreSQL refuses to run as root.
    private Task AsOwner(string program, params string[] arguments) => Environment.UserName == "root"
        ? Run("setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", $"{programs}/{program}", .. arguments])
        : Run($"{programs}/{program}", arguments);

    private static async Task Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "exec \"$0\" \"$@\" >/dev/null", program, .. arguments]))!;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
