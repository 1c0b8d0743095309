using System.Buffers.Text;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace TinhSo.Benchmarks.Http;

/// <summary>One keep-alive connection: a request, its answer, and the next.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket socket;
    private readonly Requests requests;
    private readonly byte[] head = new byte[2_048];
    private readonly byte[] tail = new byte[7];
    private int headLength;
    private int sent;
    private long left;
    private long began;

    public Connection(Uri address, Requests requests)
    {
        this.requests = requests;
        socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(address.Host, address.Port);
        socket.Blocking = false;
    }

    public int Handle => (int)socket.Handle;

    /// <summary>Whether the request is on its way as a whole.</summary>
    public bool IsSent => sent == requests.Bytes.Length;

    public void Begin()
    {
        requests.Renew();
        (sent, headLength, left) = (0, 0, 0);
        Array.Clear(tail);
        began = Stopwatch.GetTimestamp();
        Send();
    }

    /// <summary>Sends as much as the socket takes.</summary>
    public void Send()
    {
        while (!IsSent)
        {
            var taken = socket.Send(requests.Bytes.AsSpan(sent), SocketFlags.None, out var error);
            if (error is SocketError.WouldBlock)
            {
                return;
            }
            Check(error);
            sent += taken;
        }
    }

    /// <summary>Reads what has come; true when the answer is complete, with how long it took.</summary>
    public bool Receive(byte[] buffer, out TimeSpan took)
    {
        var count = socket.Receive(buffer, SocketFlags.None, out var error);
        if (error is SocketError.WouldBlock)
        {
            took = default;
            return false;
        }
        Check(error);
        if (count == 0)
        {
            throw new InvalidOperationException("The web server closed a connection.");
        }
        var isWhole = Take(buffer.AsSpan(0, count));
        took = Stopwatch.GetElapsedTime(began);
        return isWhole;
    }

    public void Dispose() => socket.Dispose();

    private bool Take(ReadOnlySpan<byte> data)
    {
        if (data.IndexOf("/problems/"u8) >= 0)
        {
            throw new InvalidOperationException($"The ledger refused: {Encoding.UTF8.GetString(data)}");
        }
        if (left == 0)
        {
            // Still within the head, which may come in pieces.
            var seen = headLength;
            var taken = Math.Min(data.Length, head.Length - headLength);
            data[..taken].CopyTo(head.AsSpan(headLength));
            headLength += taken;
            var end = head.AsSpan(0, headLength).IndexOf("\r\n\r\n"u8);
            if (end < 0)
            {
                return false;
            }
            left = LengthOf(head.AsSpan(0, end + 2));
            data = data[(end + 4 - seen)..];
        }
        if (left > 0)
        {
            left -= data.Length;
            return left == 0;
        }
        return left == 0 || EndsHere(data);
    }

    // What is in pieces ends with an empty one, which may itself come in two.
    private bool EndsHere(ReadOnlySpan<byte> data)
    {
        if (data.Length >= tail.Length)
        {
            data[^tail.Length..].CopyTo(tail);
        }
        else
        {
            tail.AsSpan(data.Length).CopyTo(tail);
            data.CopyTo(tail.AsSpan(tail.Length - data.Length));
        }
        return tail.AsSpan().SequenceEqual("\r\n0\r\n\r\n"u8);
    }

    /// <summary>How long the body is, or -1 when it comes in pieces.</summary>
    private static long LengthOf(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1.1 200 "u8))
        {
            throw new InvalidOperationException($"The web server answered: {Encoding.ASCII.GetString(head)}");
        }
        var key = "Content-Length: "u8;
        var at = head.IndexOf(key);
        return at >= 0 && Utf8Parser.TryParse(head[(at + key.Length)..], out long length, out _) ? length : -1;
    }

    private static void Check(SocketError error)
    {
        if (error is not SocketError.Success)
        {
            throw new SocketException((int)error);
        }
    }
}
