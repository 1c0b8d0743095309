using System.Numerics;
using System.Text;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Identity.Tests.Clients;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests.Signing;

public class SigningTests
{
    private const string CarriedOut = "carried out";
    private const string Wrong = "identity.wrong-signature";
    private const string Used = "identity.signature-used";

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task What_openssl_signed_is_carried_out(Engine engine)
    {
        await using var scene = await SigningScene.Open(engine);
        var right = scene.Right();

        Assert.Equal(CarriedOut, await scene.Answer(right));
        Assert.Equal(CarriedOut, await scene.Answer(right with { Components = "\"@method\" \"@target-uri\" \"content-digest\"" }));
        Assert.Equal(CarriedOut, await scene.Answer(right with
        {
            Components = "\"content-type\" \"@authority\" \"content-digest\" \"@query\" \"@path\" \"@method\"",
            More = ";alg=\"ecdsa-p256-sha256\";nonce=\"n-1\";tag=\"bank\"",
        }));
        var withQuery = right with { SignedQuery = "?a=1&b=%C4%91" };
        Assert.Equal(CarriedOut, await scene.Answer(withQuery.Make($"{SigningScene.Path}?a=1&b=%C4%91")));
        var body = Encoding.UTF8.GetBytes(right.Body);
        Assert.Equal(CarriedOut, await scene.Answer(right with
        {
            Digest = $"sha-512=:{Convert.ToBase64String(OpenSsl.Digest(body, "-sha512"))}:, "
                + $"sha-256=:{Convert.ToBase64String(OpenSsl.Digest(body))}:",
        }));
    }

    [Fact]
    public async Task Whatever_is_changed_behind_the_signature_is_found()
    {
        await using var scene = await SigningScene.Open(Engine.Sqlite);
        var right = scene.Right();
        var body = Encoding.UTF8.GetBytes(right.Body);
        var found = new List<string>();

        async Task Try(string what, HttpRequestMessage request)
        {
            var answer = await scene.Answer(request);
            found.AddRange(answer == Wrong ? [] : [$"{what}: {answer}"]);
        }

        var other = right.Body.Replace("1000", "9000", StringComparison.Ordinal);
        var otherBody = right.Make();
        otherBody.Content = new StringContent(other, Encoding.UTF8, "application/json");
        await Try("another body", otherBody);
        var otherDigest = right.Make();
        otherDigest.Content = new StringContent(other, Encoding.UTF8, "application/json");
        otherDigest.Headers.Remove("Content-Digest");
        otherDigest.Headers.TryAddWithoutValidation("Content-Digest",
            $"sha-256=:{Convert.ToBase64String(OpenSsl.Digest(Encoding.UTF8.GetBytes(other)))}:");
        await Try("another body and its digest", otherDigest);
        await Try("another method", (right with { SignedMethod = "GET" }).Make());
        await Try("another path", (right with { SignedPath = "/api/v1/ledger/other" }).Make());
        await Try("another target", (right with
        {
            SignedPath = "/x",
            Components = "\"@method\" \"@target-uri\" \"content-digest\"",
        }).Make());
        await Try("another query", right.Make($"{SigningScene.Path}?x=1"));
        await Try("made too long ago", (right with { Created = right.Created - 301 }).Make());
        await Try("made in the future", (right with { Created = right.Created + 301 }).Make());
        await Try("over by its own word", (right with { More = $";expires={right.Created}" }).Make());
        await Try("another algorithm named", (right with { More = ";alg=\"rsa-v1_5-sha256\"" }).Make());
        await Try("no body covered", (right with { Components = "\"@method\" \"@path\" \"@query\"" }).Make());
        await Try("no query covered", (right with { Components = "\"@method\" \"@path\" \"content-digest\"" }).Make());
        await Try("no method covered", (right with { Components = "\"@path\" \"@query\" \"content-digest\"" }).Make());
        await Try("nothing covered", (right with { Components = "" }).Make());
        await Try("a part twice", (right with { Components = $"{right.Components} \"@method\"" }).Make());
        await Try("a part that is not there", (right with { Components = $"{right.Components} \"date\"" }).Make());
        await Try("a part that is not known", (right with { Components = $"{right.Components} \"@status\"" }).Make());
        await Try("a parameter twice", (right with { More = $";created={right.Created}" }).Make());
        await Try("an unknown parameter", (right with { More = ";x=1" }).Make());
        await Try("a bit of it", (right with { Twist = signature => [.. signature[..63], (byte)(signature[63] ^ 1)] }).Make());
        await Try("nothing but zeros", (right with { Twist = _ => new byte[64] }).Make());
        await Try("cut short", (right with { Twist = signature => signature[..63] }).Make());
        await Try("no sha-256", (right with
        {
            Digest = $"sha-512=:{Convert.ToBase64String(OpenSsl.Digest(body, "-sha512"))}:",
        }).Make());
        var digest = $"sha-256=:{Convert.ToBase64String(OpenSsl.Digest(body))}:";
        await Try("two digests", (right with { Digest = $"{digest}, {digest}" }).Make());
        foreach (var header in (string[])["Signature", "Signature-Input", "Content-Digest"])
        {
            var without = right.Make();
            without.Headers.Remove(header);
            await Try($"no {header}", without);
            var twice = right.Make();
            twice.Headers.TryAddWithoutValidation(header, $"{twice.Headers.GetValues(header).Single()}");
            await Try($"two of {header}", twice);
        }
        var relabelled = right.Make();
        relabelled.Headers.Remove("Signature-Input");
        relabelled.Headers.TryAddWithoutValidation("Signature-Input", $"other={right.Input}");
        await Try("another label", relabelled);

        Assert.True(found.Count == 0, string.Join('\n', found));
        Assert.Equal(CarriedOut, await scene.Answer(right));
    }

    [Fact]
    public async Task A_signature_of_another_client_or_by_another_key_opens_nothing()
    {
        await using var scene = await SigningScene.Open(Engine.Sqlite);
        using var otherPair = OpenSsl.NewPair();
        var (otherId, _, _) = await scene.Administrator.Register("ledger.post", publicKey: otherPair.PublicPem);
        var right = scene.Right();

        Assert.Equal(Wrong, await scene.Answer(right with { Signer = otherPair }));
        Assert.Equal(Wrong, await scene.Answer(right with { KeyId = $"{otherId}" }));
        Assert.Equal(Wrong, await scene.Answer(right with { KeyId = $"{otherId}", Signer = otherPair }));
        Assert.Equal(CarriedOut, await scene.Answer(right));
    }

    [Fact]
    public async Task It_holds_for_five_minutes_before_and_after_to_the_second()
    {
        await using var scene = await SigningScene.Open(Engine.Sqlite);
        var right = scene.Right();

        Assert.Equal(CarriedOut, await scene.Answer(right with { Created = right.Created - 300 }));
        Assert.Equal(CarriedOut, await scene.Answer(right with { Created = right.Created + 300 }));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_same_signature_is_accepted_once_in_whichever_of_its_two_forms(Engine engine)
    {
        await using var scene = await SigningScene.Open(engine);
        var right = scene.Right();
        Assert.Equal(CarriedOut, await scene.Answer(right));

        // ECDSA makes another signature each time; and of each, whoever has it can make a second that holds.
        Assert.Equal(Used, await scene.Answer(right));
        Assert.Equal(Used, await scene.Answer(right with { Twist = Mirrored }));
        Assert.Equal(CarriedOut, await scene.Answer(right with { More = ";nonce=\"2\"" }));
        Assert.Equal(CarriedOut, await scene.Answer(right with { More = ";nonce=\"3\"", Twist = Mirrored }));

        scene.Clock.Sleep(TimeSpan.FromMinutes(5));
        Assert.Equal(Used, await scene.Answer(right));
        scene.Clock.Sleep(TimeSpan.FromSeconds(1));
        Assert.Equal(Wrong, await scene.Answer(right));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_many_that_are_sent_again_at_once_one_is_carried_out(Engine engine)
    {
        await using var scene = await SigningScene.Open(engine);
        var requests = Enumerable.Range(0, 12).Select(_ => scene.Right().Make()).ToList();

        var answers = await Task.WhenAll(requests.Select(request => Task.Run(() => scene.Answer(request), Stop)));

        Assert.Equal(1, answers.Count(answer => answer == CarriedOut));
        Assert.Equal(11, answers.Count(answer => answer == Used));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_can_no_longer_be_sent_again_is_forgotten(Engine engine)
    {
        await using var scene = await SigningScene.Open(engine);
        Assert.Equal(CarriedOut, await scene.Answer(scene.Right()));
        scene.Clock.Sleep(TimeSpan.FromMinutes(11));
        Assert.Equal(CarriedOut, await scene.Answer(scene.Right()));

        Assert.Equal(1, await scene.App.Tables<IdentityDb, int>(db => db.SeenSignatures.CountAsync(Stop)));
    }

    [Fact]
    public async Task Who_has_no_public_key_posts_nothing_and_reads_unsigned()
    {
        await using var scene = await SigningScene.Open(Engine.Sqlite);
        Assert.Equal(System.Net.HttpStatusCode.OK, await scene.Bank.Status("/api/v1/ledger/trial-balance"));

        using var removed = await scene.Administrator.Send($"/api/v1/clients/{scene.BankId}/public-key", new { publicKey = "" });
        Assert.Equal("identity.no-public-key", await scene.Answer(scene.Right()));

        using var newPair = OpenSsl.NewPair();
        using var replaced = await scene.Administrator.Send(
            $"/api/v1/clients/{scene.BankId}/public-key", new { publicKey = newPair.PublicPem });
        Assert.Equal(Wrong, await scene.Answer(scene.Right()));
        Assert.Equal(CarriedOut, await scene.Answer(scene.Right() with { Signer = newPair }));
    }

    [Fact]
    public async Task Only_a_public_key_on_P_256_is_taken_and_never_a_private_one()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        using var right = OpenSsl.NewPair();
        using var larger = OpenSsl.NewPair("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384");
        using var other = OpenSsl.NewPair("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1");
        using var rsa = OpenSsl.NewPair("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048");
        var middle = right.PublicPem.IndexOf('\n', StringComparison.Ordinal) + 40;

        foreach (var wrong in new[]
        {
            right.PrivatePem, right.PublicPem + right.PrivatePem, larger.PublicPem, other.PublicPem, rsa.PublicPem, "key",
            right.PublicPem.Replace("PUBLIC KEY", "CERTIFICATE", StringComparison.Ordinal), new string('A', 5_000),
            right.PublicPem.Remove(middle, 4), "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
        })
        {
            var refused = await administrator.Refused("/api/v1/clients",
                ClientSteps.Body(Guid.CreateVersion7(), "ledger.post", publicKey: wrong));
            Assert.Equal(["publicKey"], refused.Fields);
        }
        Assert.DoesNotContain(await TestDatabase.Rows(app.Database, "identity_client"), _ => true);
        var (id, _, _) = await administrator.Register("ledger.post", publicKey: $"\n {right.PublicPem} ");
        Assert.Equal(right.PublicPem.Trim(),
            (await administrator.Get($"/api/v1/clients/{id}")).GetProperty("publicKey").GetString());
    }

    // (r, n - s) holds wherever (r, s) does.
    private static byte[] Mirrored(byte[] signature)
    {
        var order = BigInteger.Parse("00FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
            System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
        var s = new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        var mirrored = (order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. signature[..32], .. new byte[32 - mirrored.Length], .. mirrored];
    }
}
