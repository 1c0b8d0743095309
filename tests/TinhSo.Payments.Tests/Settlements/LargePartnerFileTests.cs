using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Settlements;
using TinhSo.Payments.Tests.Statements;

namespace TinhSo.Payments.Tests.Settlements;

[Collection(nameof(LargeStatementTests))]
public sealed class LargePartnerFileTests
{
    // What the reading, checking and storing of one file may hold at a time, however long it is.
    private const long HeldMax = 60L * 1024 * 1024;

    // So many as ./dev partner says; a short run needs no more to see that memory does not follow the file.
    private static readonly int Lines =
        int.Parse(Environment.GetEnvironmentVariable("TINHSO_PARTNER_LINES") ?? "20000", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_long_file_is_taken_in_in_bounded_memory(Engine engine)
    {
        var lines = Lines;
        await using var app = await PaymentsApp.Start(engine);
        var partner = await app.Partner();
        var path = Path.Combine(Directory.CreateTempSubdirectory("partner-").FullName, "ngay.csv");
        await Write(path, lines);
        await using var content = File.OpenRead(path);
        await using var held = new HeldMemory();

        var file = (await app.With<TakePartnerFile, Outcome<PartnerFile>>(take => take.Run(
            new PartnerUpload(partner, BankFile.Day(PartnerScene.Day), lines, lines * 1_000L, "ngay.csv", content),
            PaymentsApp.Stop))).Accepted();

        Assert.Equal((PartnerFileState.Checked, 1, (lines - 1) * 1_000L), (file.State, file.BadLines, file.GoodTotal));
        Assert.Equal(lines - 1, await app.Tables(db => db.PartnerLines.CountAsync(PaymentsApp.Stop)));
        Assert.InRange(held.Peak, 1, HeldMax);
    }

    private static async Task Write(string path, int lines)
    {
        await using var writer = new StreamWriter(path, append: false, Encoding.UTF8);
        await writer.WriteLineAsync(PartnerScene.Header);
        for (var i = 1; i < lines; i++)
        {
            await writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"GD{i:D9},7K2QX9M4T,1000,11,{PartnerScene.At},T-{i % 100:D2}"));
        }
        // The first once more, at the other end of the file.
        await writer.WriteLineAsync($"GD000000001,7K2QX9M4T,1000,11,{PartnerScene.At},T-01");
    }
}
