namespace TinhSo.Indicators.Tests;

/// <summary>A copy of the reference data that a test may spoil.</summary>
internal sealed class ReferenceCopy : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tinhso-reference").FullName;

    public ReferenceCopy()
    {
        foreach (var file in Directory.EnumerateFiles(IndicatorsHost.Reference, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(IndicatorsHost.Reference, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public ReferenceFolders Folders => ReferenceFolders.BesideTheProgram with { Reference = folder };

    public void Rewrite(string name, Func<string, string> change)
    {
        var file = Path.Combine(folder, name);
        var (before, after) = (File.ReadAllText(file), change(File.ReadAllText(file)));
        Assert.NotEqual(before, after);
        File.WriteAllText(file, after);
    }

    public string LineOf(string name, string start) => File.ReadLines(Path.Combine(folder, name))
        .Single(l => l.StartsWith(start, StringComparison.Ordinal)) + "\n";

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
