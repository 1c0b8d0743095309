using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using TinhSo.Identity.Tests.Clients;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests.Signing;

public partial class DocumentedTests
{
    private const string Body = """[{"id":"0193f0a0-0000-7000-8000-000000000001","kind":"post","amount":1000}]""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_documentation_says_to_sign_with_signs()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        using var pair = OpenSsl.NewPair();
        var (id, _, key) = await administrator.Register("ledger.post", publicKey: pair.PublicPem);
        using var client = app.With(key);
        var script = Script().Match(await File.ReadAllTextAsync(PathOf("docs/clients.md"), Stop)).Groups[1].Value;

        // Of 256 signatures one has a number that begins with a zero byte, which is then left out.
        for (var i = 0; i < 20; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{SigningScene.Path}?dry=1");
            request.Content = new StringContent(Body, Encoding.UTF8, "application/json");
            foreach (var header in await Run(script, id, pair))
            {
                request.Headers.TryAddWithoutValidation(header[0], header[1]);
            }
            using var answer = await client.SendAsync(request, Stop);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    private static async Task<List<string[]>> Run(string script, Guid id, OpenSsl pair)
    {
        var folder = Directory.CreateTempSubdirectory("tinhso-signed-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "key.pem"), pair.PrivatePem, Stop);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "body"), Body, Stop);
        using var bash = Process.Start(new ProcessStartInfo("bash",
            ["-euo", "pipefail", "-c", $"client={id} key=key.pem\n{script}\nsign POST {SigningScene.Path} dry=1 body"])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
        })!;
        var printed = await bash.StandardOutput.ReadToEndAsync(Stop);
        await bash.WaitForExitAsync(Stop);
        folder.Delete(recursive: true);
        return [.. printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ", 2))];
    }

    private static string PathOf(string file)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "TinhSo.slnx")))
        {
            root = root.Parent!;
        }
        return Path.Combine(root.FullName, file);
    }

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Script();
}
