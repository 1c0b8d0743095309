using System.Text;
using TinhSo.Billing.Tests.Billers;

namespace TinhSo.Billing.Tests.Imports;

/// <summary>A file of many rows that is never anywhere as a whole.</summary>
internal sealed class RowStream(int rows) : Stream
{
    private byte[] line = Encoding.UTF8.GetBytes($"{BillersWorld.Header}\r\n");
    private int at;
    private int next = 1;
    private long length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => length; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = 0;
        while (read < count)
        {
            if (at == line.Length)
            {
                if (next > rows)
                {
                    break;
                }
                line = Encoding.UTF8.GetBytes($"{BillersWorld.Row(next++)}\r\n");
                at = 0;
            }
            var some = Math.Min(count - read, line.Length - at);
            Array.Copy(line, at, buffer, offset + read, some);
            (at, read) = (at + some, read + some);
        }
        length += read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
