using System.Text;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Statements;

namespace TinhSo.Payments.Tests.Statements;

/// <summary>Stands by itself, since what it measures is of the whole process.</summary>
[CollectionDefinition(nameof(LargeStatementTests), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(LargeStatementTests))]
public sealed class LargeStatementTests
{
    // What the reading, storing and matching of one day may hold at a time, however long its statement.
    private const long HeldMax = 120L * 1024 * 1024;

    [Theory]
    [InlineData(Engine.Sqlite, 50)]
    [InlineData(Engine.Postgres, 10)]
    public async Task A_long_statement_is_imported_in_bounded_memory(Engine engine, int megabytes)
    {
        await using var app = await PaymentsApp.Start(engine);
        await app.Payee();
        var path = Path.Combine(Directory.CreateTempSubdirectory("statement-").FullName, "so-phu.xml");
        var entries = await Write(path, megabytes);
        await using var file = File.OpenRead(path);
        Assert.True(file.Length >= megabytes * 1_000_000L, "As long as said.");
        await using var held = new HeldMemory();

        var imported = await app.With<ImportStatement, Outcome<List<Imported>>>(
            import => import.Run(new StatementFile(file, "so-phu.xml"), PaymentsApp.Stop));

        Assert.Equal(entries, Assert.Single(imported.Accepted()).Statement.Entries);
        Assert.Equal(entries, await app.Tables(db => db.Entries.CountAsync(PaymentsApp.Stop)));
        Assert.InRange(held.Peak, 1, HeldMax);
    }

    private static async Task<int> Write(string path, int megabytes)
    {
        await using var writer = new StreamWriter(path, append: false, Encoding.UTF8);
        var one = BankFile.Statement("S1", "2026-11-23", 0, []);
        var end = one.IndexOf("</Stmt>", StringComparison.Ordinal);
        var entry = BankFile.Statement("S1", "2026-11-23", 0, [new(1000, "MEMO", "REFERENCE")]);
        var from = entry.IndexOf("<Ntry>", StringComparison.Ordinal);
        entry = entry[from..entry.IndexOf("</Stmt>", StringComparison.Ordinal)];
        var count = (megabytes * 1_000_000 / entry.Length) + 1;
        var closing = one.LastIndexOf(">0</Amt>", StringComparison.Ordinal);
        await writer.WriteAsync(string.Concat(one.AsSpan(0, closing), $">{count * 1000L}</Amt>",
            one.AsSpan(closing + ">0</Amt>".Length, end - closing - ">0</Amt>".Length)));
        for (var i = 0; i < count; i++)
        {
            await writer.WriteAsync(entry.Replace("MEMO", $"phi cho thang 11 o {i:D6}", StringComparison.Ordinal)
                .Replace("REFERENCE", $"FT26327{i:D9}", StringComparison.Ordinal));
        }
        await writer.WriteAsync(one.AsMemory(end));
        return count;
    }
}
