namespace TinhSo.Host.Web;

/// <summary>Knows whether demonstration data is loaded, so that every page built on it can say so.</summary>
internal sealed class DemoMark(DataFolder folder)
{
    private string File => Path.Combine(folder.Path, "demo-loaded");

    /// <summary>Whether the demonstration's markets, people and payments are in this database.</summary>
    public bool IsLoaded { get; private set; } = System.IO.File.Exists(Path.Combine(folder.Path, "demo-loaded"));

    /// <summary>Remembers that it is.</summary>
    public void Set()
    {
        System.IO.File.WriteAllText(File, "");
        IsLoaded = true;
    }
}
