using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace TinhSo.Kernel;

/// <summary>The platform's own secrets, which are never in code: from configuration, or made on first use.</summary>
/// <param name="configuration">Several nodes share a secret by <c>Keys:{name}</c> here, in base64.</param>
/// <param name="folder">Where a node that is not given one keeps the one it made.</param>
public sealed class SecretKeys(IConfiguration configuration, DirectoryInfo folder)
{
    private readonly Lock gate = new();

    /// <summary>The 32 bytes that belong to <paramref name="name"/>.</summary>
    public byte[] Key(string name)
    {
        if (configuration[$"Keys:{name}"] is { Length: > 0 } configured)
        {
            return Convert.FromBase64String(configured);
        }
        var file = Path.Combine(folder.FullName, $"{name}.key");
        lock (gate)
        {
            if (!File.Exists(file))
            {
                Make(file);
            }
            return File.ReadAllBytes(file);
        }
    }

    // Written aside and moved into place: of two processes that begin at once, both read the same whole secret.
    private static void Make(string file)
    {
        var aside = $"{file}.{Guid.CreateVersion7():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using (var made = new FileStream(aside, options))
        {
            made.Write(RandomNumberGenerator.GetBytes(32));
        }
        try
        {
            File.Move(aside, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(aside);
        }
    }
}
