using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>The hash of a batch, told again from the words that describe its form, not from the code that makes it.
/// </summary>
internal static class Seals
{
    public static byte[] Of(byte[] before, IEnumerable<StoredAccount> accounts, IEnumerable<LedgerTransfer> transfers)
    {
        var (rows, opened) = (transfers.OrderBy(t => t.Position).ToList(), accounts.OrderBy(a => a.Id).ToList());
        using var form = new MemoryStream();
        form.Write(before);
        foreach (var t in rows)
        {
            Put(form, t.Position, t.Id, (long)t.Kind, t.Debit, t.Credit, t.Amount, t.Code, t.Channel, t.Place,
                t.Reference, t.Original ?? Guid.Empty, t.ExpiresAt ?? (object)-1L, t.PostedAt);
        }
        foreach (var a in opened)
        {
            Put(form, a.Id, a.Owner, a.Kind, (long)a.Rules, a.OpenedAt);
        }
        Put(form, (long)rows.Count, (long)opened.Count);
        return SHA256.HashData(form.ToArray());
    }

    private static void Put(MemoryStream form, params object?[] fields)
    {
        foreach (var field in fields)
        {
            switch (field)
            {
                case long number:
                    Put(form, number);
                    break;
                case DateTimeOffset instant:
                    Put(form, (instant - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
                    break;
                case Guid id:
                    form.Write(id.ToByteArray(bigEndian: true));
                    break;
                case string text:
                    var bytes = Encoding.UTF8.GetBytes(text);
                    Put(form, bytes.LongLength);
                    form.Write(bytes);
                    break;
                default:
                    Put(form, -1L);
                    break;
            }
        }
    }

    private static void Put(MemoryStream form, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        form.Write(bytes);
    }
}
