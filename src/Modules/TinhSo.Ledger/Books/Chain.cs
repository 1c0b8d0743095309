using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Books;

/// <summary>The hash of a batch, which goes over the hash before it: SHA-256 over one fixed form of its rows.</summary>
/// <remarks>
/// Numbers are big-endian, instants microseconds since 1970, text its length in bytes and its UTF-8; what is missing
/// is a length, or an instant, of -1. Transfers come first, by position, then accounts by id, then how many of either.
/// What stands on accounts after a transfer is not in it: that follows from the rest.
/// </remarks>
internal sealed class Chain
{
    public const int HashLength = 32;

    private readonly ArrayBufferWriter<byte> form = new(64 * 1024);
    private long transfers;
    private long accounts;

    public static byte[] Beginning { get; } = new byte[HashLength];

    /// <summary>Begins a batch upon the hash before.</summary>
    public void Begin(ReadOnlySpan<byte> before)
    {
        form.ResetWrittenCount();
        form.Write(before);
        (transfers, accounts) = (0, 0);
    }

    /// <summary>Adds the next account, behind all transfers.</summary>
    public void Add(Account account)
    {
        accounts++;
        Put(account.Id);
        Put(account.Owner);
        Put(account.Kind);
        Put((long)account.Rules);
        Put(Columns.Micros(account.OpenedAt));
    }

    public void Add(LedgerTransfer transfer)
    {
        transfers++;
        Put(transfer.Position);
        Put(transfer.Id);
        Put((long)transfer.Kind);
        Put(transfer.Debit);
        Put(transfer.Credit);
        Put(transfer.Amount);
        Put(transfer.Code);
        Put(transfer.Channel);
        Put(transfer.Place);
        Put(transfer.Reference);
        Put(transfer.Original ?? Guid.Empty);
        Put(transfer.ExpiresAt is { } at ? Columns.Micros(at) : -1);
        Put(Columns.Micros(transfer.PostedAt));
    }

    public byte[] End()
    {
        Put(transfers);
        Put(accounts);
        return SHA256.HashData(form.WrittenSpan);
    }

    private void Put(long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(form.GetSpan(sizeof(long)), number);
        form.Advance(sizeof(long));
    }

    private void Put(Guid id)
    {
        id.TryWriteBytes(form.GetSpan(16), bigEndian: true, out var length);
        form.Advance(length);
    }

    private void Put(string? text)
    {
        if (text is null)
        {
            Put(-1L);
            return;
        }
        Put((long)Encoding.UTF8.GetByteCount(text));
        form.Advance(Encoding.UTF8.GetBytes(text, form.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
    }
}
