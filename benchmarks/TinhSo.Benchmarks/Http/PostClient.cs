namespace TinhSo.Benchmarks.Http;

/// <summary>Posts over many connections from one thread, which waits for all of them at once.</summary>
internal static class PostClient
{
    private const int BufferSize = 256 * 1024;

    /// <param name="address">The web server's.</param>
    /// <param name="requests">What each connection asks, again and again.</param>
    /// <param name="answered">Takes how long each answer took.</param>
    /// <param name="end">Ends it; what was asked and not answered is left.</param>
    public static Task Run(Uri address, IReadOnlyList<Requests> requests, Histogram answered, CancellationToken end) =>
        Task.Factory.StartNew(() =>
        {
            var connections = requests.Select(one => new Connection(address, one)).ToArray();
            try
            {
                Post(connections, answered, end);
            }
            finally
            {
                foreach (var connection in connections)
                {
                    connection.Dispose();
                }
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Post(Connection[] connections, Histogram answered, CancellationToken end)
    {
        const int WaitMs = 100;
        var buffer = new byte[BufferSize];
        var awaited = new Libc.Awaited[connections.Length];
        for (var i = 0; i < connections.Length; i++)
        {
            connections[i].Begin();
            awaited[i].Socket = connections[i].Handle;
        }
        while (!end.IsCancellationRequested)
        {
            for (var i = 0; i < connections.Length; i++)
            {
                awaited[i].For = connections[i].IsSent ? Libc.ToRead : (short)(Libc.ToRead | Libc.ToWrite);
            }
            if (Libc.Poll(awaited, (nuint)awaited.Length, WaitMs) == 0)
            {
                continue;
            }
            for (var i = 0; i < connections.Length; i++)
            {
                var came = awaited[i].Came;
                if ((came & Libc.ToWrite) != 0)
                {
                    connections[i].Send();
                }
                // Not only what can be read, but what has failed too.
                if ((came & ~Libc.ToWrite) != 0 && connections[i].Receive(buffer, out var took))
                {
                    answered.Record(took.Ticks);
                    connections[i].Begin();
                }
            }
        }
    }
}
