namespace TinhSo.Kernel.Tests;

public class SizeTests
{
    /// <summary>
    /// What lies in the kernel is read by everybody who works on any module, and a change of it can break them all. So
    /// it holds only what every module needs, and growing it costs a decision: move something out, or argue here why
    /// the bound should rise. It rose by a hundred for the audit log: an entry stands in the transaction of the change it
    /// tells of, which only the kernel knows. By another hundred for calls to foreign systems: that none of them is led
    /// into the province's own network must hold for every module that will ever make one. And by four hundred for sealed
    /// columns, which every module's model applies and one command rotates, and for the register of personal data, through
    /// which modules that know nothing of one another answer to one person.
    /// </summary>
    private const int LinesMax = 2_200;

    [Fact]
    public void The_kernel_stays_small_enough_to_be_read_in_one_sitting()
    {
        var files = Directory.EnumerateFiles(
            Path.Combine(Root(), "src", "TinhSo.Kernel"), "*.cs", SearchOption.AllDirectories).ToList();

        Assert.True(files.Count > 20, "The sweep sees the source.");
        // Blank lines and comments cost a reader little.
        Assert.InRange(files.Sum(file => File.ReadLines(file).Count(IsCode)), 500, LinesMax);
    }

    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "TinhSo.slnx")))
        {
            folder = folder.Parent!;
        }
        return folder.FullName;
    }

    private static bool IsCode(string line) =>
        line.Trim() is { Length: > 0 } text && !text.StartsWith("//", StringComparison.Ordinal);
}
