using System.Globalization;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Tests.Nodes;

namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>A process that posts under load until it is killed. It is told on its input what was asked before, and says on
/// its output what it asks and what it is answered.</summary>
internal static class LoadedProcess
{
    public const string Argument = "--post-until-killed";

    public static async Task<int> Run(string connectionString, string seed)
    {
        var earlier = new List<Ask>();
        while (await Console.In.ReadLineAsync() is { } line)
        {
            earlier.Add(Said.Parse(line)!.Ask!);
        }
        await using var node = new TestNode(Database.Parse(connectionString));
        using var output = TextWriter.Synchronized(
            new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        var load = new Load(node.Ledger, said => output.WriteLine(said.ToLine()), earlier,
            ulong.Parse(seed, CultureInfo.InvariantCulture));
        await load.Run(long.MaxValue, CancellationToken.None);
        return 0;
    }
}
