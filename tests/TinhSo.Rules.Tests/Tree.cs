using System.Diagnostics;
using System.Reflection;
using TinhSo.Billing;
using TinhSo.Identity;
using TinhSo.Indicators;
using TinhSo.Ledger;
using TinhSo.Markets;
using TinhSo.Payments;
using TinhSo.Places;
using TinhSo.Privacy;

namespace TinhSo.Rules;

/// <summary>The repository as it lies on disk, and the modules as they were built.</summary>
internal static class Tree
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every module, lowest floor first.</summary>
    public static IReadOnlyList<Assembly> Modules { get; } =
    [
        typeof(PlacesModule).Assembly, typeof(IdentityModule).Assembly, typeof(PrivacyModule).Assembly,
        typeof(LedgerModule).Assembly, typeof(PaymentsModule).Assembly, typeof(BillingModule).Assembly, typeof(MarketsModule).Assembly,
        typeof(IndicatorsModule).Assembly,
    ];

    /// <summary>The tracked files, with the slashes of Linux.</summary>
    public static IReadOnlyList<string> Files { get; } = ListFiles();

    /// <summary>The whole path of a tracked file.</summary>
    public static string PathOf(string file) => Path.Combine(Root, file);

    /// <summary>Compares a text with a committed file, or writes it there when UPDATE_SNAPSHOTS=1.</summary>
    public static void AssertCommitted(string file, string text)
    {
        var path = PathOf(file);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        Assert.True(File.Exists(path), $"{file} is missing. Run the test with UPDATE_SNAPSHOTS=1 and read the change.");
        Assert.True(File.ReadAllText(path) == text,
            $"{file} differs from the code. Run the test with UPDATE_SNAPSHOTS=1 and read the change.");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "TinhSo.slnx")))
        {
            folder = folder.Parent
                ?? throw new InvalidOperationException("TinhSo.slnx is in none of the folders above.");
        }
        return folder.FullName;
    }

    private static string[] ListFiles()
    {
        string[] list = ["ls-files", "--cached", "--others", "--exclude-standard"];
        using var git = Process.Start(new ProcessStartInfo("git", list)
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        })!;
        var listed = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        return [.. listed.Where(file => File.Exists(Path.Combine(Root, file)))];
    }
}
