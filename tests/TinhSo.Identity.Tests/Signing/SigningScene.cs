using System.Net.Http.Headers;
using System.Text;
using TinhSo.Identity.Tests.Clients;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests.Signing;

/// <summary>A bank that may post to the ledger, and signs with openssl.</summary>
internal sealed class SigningScene : IAsyncDisposable
{
    public const string Path = "/api/v1/ledger/transfers";

    private SigningScene(Engine engine) => App = new TestApp(engine, Clock);

    public ManualClock Clock { get; } = new();

    public TestApp App { get; }

    public OpenSsl Pair { get; } = OpenSsl.NewPair();

    public HttpClient Administrator { get; private set; } = null!;

    public HttpClient Bank { get; private set; } = null!;

    public Guid BankId { get; private set; }

    public static async Task<SigningScene> Open(Engine engine)
    {
        var scene = new SigningScene(engine);
        scene.Administrator = await scene.App.SignedIn(Roles.Administrator, Units.Province);
        (scene.BankId, _, var key) =
            await scene.Administrator.Register("ledger.post ledger.read", publicKey: scene.Pair.PublicPem);
        scene.Bank = scene.App.With(key);
        return scene;
    }

    /// <summary>A request as it should be, for a test to change.</summary>
    public SignedRequest Right() => new()
    {
        KeyId = $"{BankId}",
        Created = Clock.GetUtcNow().ToUnixTimeSeconds(),
        Signer = Pair,
    };

    public async Task<string> Answer(HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await Bank.SendAsync(request);
            return answer.IsSuccessStatusCode ? "carried out" : (await answer.Problem()).Code;
        }
    }

    public Task<string> Answer(SignedRequest request) => Answer(request.Make());

    public async ValueTask DisposeAsync()
    {
        Pair.Dispose();
        Bank?.Dispose();
        Administrator?.Dispose();
        await App.DisposeAsync();
    }
}

/// <summary>What is signed and what is sent, each to be changed apart. Written from the standards, not from the code.</summary>
internal sealed record SignedRequest
{
    public string Components { get; init; } = "\"@method\" \"@path\" \"@query\" \"content-digest\"";

    public required string KeyId { get; init; }

    public required long Created { get; init; }

    public required OpenSsl Signer { get; init; }

    /// <summary>Further parameters, such as <c>;nonce="x"</c>.</summary>
    public string More { get; init; } = "";

    /// <summary>An array of one order that is understood, and refused within for its accounts.</summary>
    public string Body { get; init; } = """
        [{"id":"0193f0a0-0000-7000-8000-000000000001","kind":"post","amount":1000,"code":"bank.in","channel":"bank",
          "debit":"0193f0a0-0000-7000-8000-000000000002","credit":"0193f0a0-0000-7000-8000-000000000003"}]
        """;

    public string SignedMethod { get; init; } = "POST";

    public string SignedPath { get; init; } = SigningScene.Path;

    public string SignedQuery { get; init; } = "?";

    /// <summary>The header that tells the digest; made from the body when null.</summary>
    public string? Digest { get; init; }

    /// <summary>What is done to the signature before it is sent.</summary>
    public Func<byte[], byte[]> Twist { get; init; } = signature => signature;

    public string Input => $"({Components});created={Created};keyid=\"{KeyId}\"{More}";

    public HttpRequestMessage Make(string target = SigningScene.Path)
    {
        var body = Encoding.UTF8.GetBytes(Body);
        var digest = Digest ?? $"sha-256=:{Convert.ToBase64String(OpenSsl.Digest(body))}:";
        var lines = Components.Split(' ').Where(name => name.Length > 2).Select(name => $"{name}: {name.Trim('"') switch
        {
            "@method" => SignedMethod,
            "@path" => SignedPath,
            "@query" => SignedQuery,
            "@target-uri" => $"http://localhost{SignedPath}{(SignedQuery == "?" ? "" : SignedQuery)}",
            "@authority" => "localhost",
            "content-digest" => digest,
            "content-type" => "application/json",
            _ => "",
        }}");
        var signature = Twist(Signer.Sign($"{string.Join('\n', lines)}\n\"@signature-params\": {Input}"));
        var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Content-Digest", digest);
        request.Headers.TryAddWithoutValidation("Signature-Input", $"bank={Input}");
        request.Headers.TryAddWithoutValidation("Signature", $"bank=:{Convert.ToBase64String(signature)}:");
        return request;
    }
}
