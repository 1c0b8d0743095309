using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Imports;

/// <summary>A file of bills, as its provider sees it.</summary>
/// <param name="Rows">How many rows there are beside the header.</param>
/// <param name="BadRows">How many of them are wrong.</param>
/// <param name="Amount">What the good rows ask for together, in đồng.</param>
/// <param name="Done">How many rows were gone through to issue them.</param>
/// <param name="Issued">How many bills were issued from it.</param>
/// <param name="Before">How many had been issued before it.</param>
/// <param name="LeftOut">How many were refused when they were to be issued.</param>
internal sealed record ImportView(Guid Id, Guid BillerId, string FileName, ImportState State, int Rows, int BadRows,
    long Amount, int Done, int Issued, int Before, int LeftOut, DateTimeOffset UploadedAt, DateTimeOffset? FinishedAt)
{
    public static ImportView Of(ImportRow row) => new(row.Id, row.ProviderId, row.FileName, row.State, row.RowCount,
        row.BadRows, row.Amount, Math.Min(row.RowCount, row.DoneChunks * TakeImport.ChunkRows), row.Issued,
        row.BeforeCount, row.LeftOut, row.UploadedAt, row.FinishedAt);
}

/// <summary>What is wrong with one field of one row.</summary>
/// <param name="Row">As a spreadsheet counts: the header is row 1.</param>
/// <param name="Column">The column's name, or <c>row</c>.</param>
/// <param name="Reason">In the language of the request.</param>
internal sealed record ImportFault(int Row, string Column, string Reason);

/// <summary>Finds the files of a provider's bills, and what is wrong in them.</summary>
internal sealed class FindImports(BillingDb db, ICaller caller)
{
    private const int ListMax = 100;

    /// <summary>A file that this caller may see, or null.</summary>
    public async Task<ImportView?> Find(Guid id, CancellationToken stop)
    {
        var found = await (from import in db.Imports.AsNoTracking()
                           join provider in db.Providers on import.ProviderId equals provider.Id
                           where import.Id == id
                           select new { Import = import, provider.Unit }).SingleOrDefaultAsync(stop);
        return found is null || !caller.May(TakeImport.Permission, found.Unit) ? null : ImportView.Of(found.Import);
    }

    /// <summary>A provider's files, newest first, at most 100; null when they are not for this caller.</summary>
    public async Task<IReadOnlyList<ImportView>?> List(Guid providerId, CancellationToken stop)
    {
        var provider = await db.Providers.AsNoTracking().SingleOrDefaultAsync(p => p.Id == providerId, stop);
        return provider is null || !caller.May(TakeImport.Permission, provider.Unit) ? null
            : (await db.Imports.AsNoTracking().Where(i => i.ProviderId == providerId)
                .OrderByDescending(i => i.UploadedAt).ThenByDescending(i => i.Id).Take(ListMax).ToListAsync(stop))
                .ConvertAll(ImportView.Of);
    }

    /// <summary>What is wrong in a file, by row; the next part begins behind <paramref name="cursor"/>.</summary>
    public async Task<Page<ImportFault>> Faults(Guid id, string? cursor, int limit, CancellationToken stop)
    {
        var most = Math.Clamp(limit, 1, 1_000);
        var (row, field) = Read(cursor);
        var faults = await db.ImportFaults.AsNoTracking()
            .Where(f => f.ImportId == id && (f.RowNo > row || (f.RowNo == row && f.Field.CompareTo(field) > 0)))
            .OrderBy(f => f.RowNo).ThenBy(f => f.Field).Take(most + 1).ToListAsync(stop);
        return Page.Cut(faults.ConvertAll(f => new ImportFault(f.RowNo, f.Field, f.Reason.ToString())), most,
            f => string.Create(CultureInfo.InvariantCulture, $"{f.Row}-{f.Column}"));
    }

    /// <summary>All that is wrong in a file, as rows of a table.</summary>
    public async IAsyncEnumerable<IReadOnlyList<string?>> FaultRows(
        Guid id, [EnumeratorCancellation] CancellationToken stop)
    {
        yield return ["row", "column", "reason_vi", "reason_en"];
        var faults = db.ImportFaults.AsNoTracking().Where(f => f.ImportId == id)
            .OrderBy(f => f.RowNo).ThenBy(f => f.Field).AsAsyncEnumerable();
        await foreach (var fault in faults.WithCancellation(stop))
        {
            yield return
                [fault.RowNo.ToString(CultureInfo.InvariantCulture), fault.Field, fault.ReasonVi, fault.ReasonEn];
        }
    }

    private static (int Row, string Field) Read(string? cursor) =>
        cursor?.Split('-', 2) is [var row, var field]
            && int.TryParse(row, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (number, field) : (0, "");
}
