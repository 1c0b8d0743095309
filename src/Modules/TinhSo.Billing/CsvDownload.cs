using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing;

/// <summary>Sends long lists as CSV while they are read, so that none is ever in memory as a whole.</summary>
internal static class CsvDownload
{
    /// <summary>A file in UTF-8 with its mark, each row as <see cref="Csv"/> writes it.</summary>
    public static PushStreamHttpResult Of(string name, IAsyncEnumerable<IReadOnlyList<string?>> rows) =>
        TypedResults.Stream(async stream =>
        {
            await using var text = new StreamWriter(stream, new UTF8Encoding(true), leaveOpen: true);
            await foreach (var row in rows)
            {
                await text.WriteAsync(string.Join(',', row.Select(Csv.Field)));
                await text.WriteAsync("\r\n");
            }
        }, "text/csv; charset=utf-8", name);
}
