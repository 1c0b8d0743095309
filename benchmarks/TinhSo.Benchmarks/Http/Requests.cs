using System.Buffers.Text;
using System.Text;
using TinhSo.Benchmarks.Loads;
using TinhSo.Kernel;

namespace TinhSo.Benchmarks.Http;

/// <summary>The bytes of one request, in which only identifiers are written anew each time.</summary>
/// <remarks>Made once, so that the one who asks takes little of the processors that both sides share.</remarks>
internal sealed class Requests
{
    private const string Nobody = "00000000-0000-0000-0000-000000000000";
    private const string One = $$"""
        {"id":"{{Nobody}}","kind":"post","debit":"{{Nobody}}","credit":"{{Nobody}}",
        "amount":1000,"code":"market.rent","channel":"vietqr","place":"24037","reference":"B-1"}
        """;

    private static readonly TimeProvider Clock = new MicrosecondClock();

    private readonly List<int> places = [];
    private readonly Random random;
    private readonly int accounts;

    private Requests(byte[] bytes, int accounts, int seed)
    {
        Bytes = bytes;
        this.accounts = accounts;
        random = Pick.From(seed);
        ReadOnlySpan<byte> nobody = Encoding.ASCII.GetBytes(Nobody);
        for (int from = 0, next; (next = bytes.AsSpan(from).IndexOf(nobody)) >= 0; from += next + nobody.Length)
        {
            places.Add(from + next);
        }
    }

    /// <summary>The next request, once <see cref="Renew"/> was called.</summary>
    public byte[] Bytes { get; }

    /// <summary>A request without a body.</summary>
    public static Requests Empty(string path) => new(Head(path, 0), 0, 0);

    /// <summary>One transfer, or an array of more than one.</summary>
    public static Requests Transfers(string path, int count, int accounts, int seed)
    {
        var body = count == 1 ? One : $"[{string.Join(',', Enumerable.Repeat(One, count))}]";
        return new([.. Head(path, body.Length), .. Encoding.ASCII.GetBytes(body)], accounts, seed);
    }

    public void Renew()
    {
        for (var i = 0; i < places.Count; i += 3)
        {
            var (debit, credit) = Pick.Two(random, accounts);
            Write(i, Ids.New(Clock));
            Write(i + 1, LedgerStand.AccountId(debit));
            Write(i + 2, LedgerStand.AccountId(credit));
        }
    }

    private void Write(int place, Guid id) => Utf8Formatter.TryFormat(id, Bytes.AsSpan(places[place]), out _);

    private static byte[] Head(string path, int length) => Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
}
