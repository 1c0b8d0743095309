using TinhSo.Host.Web;

namespace TinhSo.Host.Demo;

/// <summary>Knows whether demonstration data is loaded, so that every page built on it can say so.</summary>
internal sealed class DemoMark
{
    private readonly string file;

    public DemoMark(DataFolder folder)
    {
        file = Path.Combine(folder.Path, "demo-loaded");
        IsLoaded = File.Exists(file);
    }

    /// <summary>Whether the demonstration's markets, people and payments are in this database.</summary>
    public bool IsLoaded { get; private set; }

    /// <summary>Remembers that it is.</summary>
    public void Set()
    {
        File.WriteAllText(file, "");
        IsLoaded = true;
    }
}
