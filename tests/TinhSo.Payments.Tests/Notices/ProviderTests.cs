using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Notices.Providers;

namespace TinhSo.Payments.Tests.Notices;

public sealed class ProviderTests
{
    private static readonly INoticeProvider[] All = [new SePay(), new Casso(), new PayOs()];
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);

    private static readonly BankNotice Notice = new("987654", "257678859", null, "970416", 100_000, IsDebit: false,
        "TS7K2QX9M4T \"phí\" chợ \\ 😀 \u001f/", null, null, null, Now);

    public static TheoryData<string> Names => [.. NoticeProviders.Names];

    [Fact]
    public void SePays_vector_holds()
    {
        var vector = Vectors().GetProperty("sepay");
        var body = Encoding.UTF8.GetBytes(vector.GetProperty("raw_body").GetString()!);
        var at = DateTimeOffset.FromUnixTimeSeconds(1727948258);

        var notice = new SePay().Read(body, name => name switch
        {
            "X-SePay-Signature" => vector.GetProperty("header_X-SePay-Signature").GetString(),
            "X-SePay-Timestamp" => vector.GetProperty("timestamp").GetString(),
            _ => null,
        }, [vector.GetProperty("secret").GetString()!], at).Accepted();

        Assert.Equal(("92704", "0123499999", "970436", 2_277_000L, false, "chuyen tien mua iphone"),
            (notice.Reference, notice.AccountNumber, notice.BankBin, notice.Amount, notice.IsDebit, notice.Memo));
        Assert.Equal(new DateTimeOffset(2023, 3, 25, 7, 2, 37, TimeSpan.Zero), notice.BankedAt);
    }

    [Fact]
    public void Cassos_vector_holds()
    {
        var vector = Vectors().GetProperty("casso_v2");
        var body = Encoding.UTF8.GetBytes(vector.GetProperty("payload").GetRawText());
        var header = vector.GetProperty("header").GetString()!.Split(": ")[1];
        var at = DateTimeOffset.FromUnixTimeMilliseconds(1727948258788);

        var notice = new Casso().Read(body, name => name == "X-Casso-Signature" ? header : null,
            [vector.GetProperty("secret").GetString()!], at).Accepted();

        Assert.Equal(("MA_GIAO_DICH_THU_NGHIEM", "88888888", 599_000L, "NGUYEN VAN A", "970432"),
            (notice.Reference, notice.AccountNumber, notice.Amount, notice.PayerName, notice.BankBin));
    }

    [Fact]
    public void PayOss_vector_holds()
    {
        var vector = Vectors().GetProperty("payos");
        var body = new JsonObject
        {
            ["code"] = "00",
            ["data"] = JsonNode.Parse(vector.GetProperty("data").GetRawText()),
            ["signature"] = vector.GetProperty("signature").GetString(),
        };

        var notice = new PayOs().Read(Encoding.UTF8.GetBytes(body.ToJsonString()), _ => null,
            [vector.GetProperty("checksum_key").GetString()!], Now).Accepted();

        Assert.Equal(("TF230204212323", "12345678", 3_000L, "VQRIO123"),
            (notice.Reference, notice.AccountNumber, notice.Amount, notice.Memo));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_notice_that_is_written_is_read_back(string name)
    {
        var (provider, signed) = Write(name);

        var read = provider.Read(signed.Body, Header(signed), ["old secret", "new secret"], Now).Accepted();

        Assert.Equal((Notice.Reference, Notice.AccountNumber, Notice.Amount, Notice.BankedAt),
            (read.Reference, read.AccountNumber, read.Amount, read.BankedAt));
        Assert.StartsWith("TS7K2QX9M4T \"phí\" chợ \\ 😀", read.Memo, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Names))]
    public void Another_secret_is_refused(string name)
    {
        var (provider, signed) = Write(name);

        Assert.Equal(PaymentRefusals.WrongSignature,
            provider.Read(signed.Body, Header(signed), ["another secret"], Now).Refused());
        Assert.Equal(PaymentRefusals.WrongSignature, provider.Read(signed.Body, _ => null, [], Now).Refused());
    }

    [Theory]
    [InlineData("sepay", 301, false)]
    [InlineData("sepay", -301, false)]
    [InlineData("sepay", 299, true)]
    [InlineData("casso", 301, false)]
    [InlineData("casso", -301, false)]
    [InlineData("casso", -299, true)]
    public void A_signed_time_must_be_near(string name, int secondsLater, bool accepted)
    {
        var (provider, signed) = Write(name);

        var read = provider.Read(signed.Body, Header(signed), ["new secret"], Now.AddSeconds(secondsLater));

        Assert.Equal(accepted ? null : PaymentRefusals.StaleNotice, read.Match(_ => (Refusal?)null, refusal => refusal));
    }

    [Theory, MemberData(nameof(Names))]
    public void No_changed_byte_is_accepted_and_none_throws(string name)
    {
        var (provider, signed) = Write(name);
        var random = new Random(20261123);
        for (var i = 0; i < 3000; i++)
        {
            var body = signed.Body.ToArray();
            var at = random.Next(body.Length);
            body[at] = (byte)random.Next(256);
            var read = provider.Read(body, Header(signed), ["new secret"], Now);

            // payOS and Casso sign the parsed data: a change outside of it, or to another spelling of it, is none.
            if (read.Match(given => given != Read(provider, signed), _ => false))
            {
                Assert.Fail($"Byte {at} as {body[at]} was accepted.");
            }
        }
    }

    [Theory]
    [InlineData("{\"data\":null}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{\"data\":{\"description\":\"\\ud800\"},\"signature\":\"00\"}")]
    [InlineData("{\"a\":1,\"a\":2,\"data\":{}}")]
    [InlineData("{\"data\":{\"\\ud800\":1},\"signature\":\"é\"}")]
    public void A_hostile_body_is_refused(string body)
    {
        foreach (var provider in All)
        {
            var read = provider.Read(Encoding.UTF8.GetBytes(body), _ => "t=9999999999999999999999,v1=00", ["s"], Now);

            Assert.InRange(read.Refused().Status, 400, 499);
        }
    }

    [Theory]
    [InlineData("{\"id\":1,\"accountNumber\":\"1\",\"transferType\":\"in\",\"transferAmount\":1.5}")]
    [InlineData("{\"id\":1,\"accountNumber\":\"1\",\"transferType\":\"in\",\"transferAmount\":-5}")]
    [InlineData("{\"id\":1,\"accountNumber\":\"1\",\"transferType\":\"in\",\"transferAmount\":1e400}")]
    [InlineData("{\"id\":1,\"accountNumber\":\"1\",\"transferType\":\"in\",\"transferAmount\":99999999999999999999}")]
    [InlineData("{\"id\":1,\"accountNumber\":\"1\",\"transferType\":\"sideways\",\"transferAmount\":5}")]
    [InlineData("{\"id\":{},\"accountNumber\":\"1\",\"transferType\":\"in\",\"transferAmount\":5}")]
    [InlineData("{\"accountNumber\":\"1\",\"transferType\":\"in\",\"transferAmount\":5}")]
    [InlineData("not json")]
    public void What_is_signed_but_senseless_is_malformed(string body)
    {
        var signed = Sign(body);

        Assert.Equal(PaymentRefusals.MalformedNotice,
            new SePay().Read(signed.Body, Header(signed), ["s"], Now).Refused());
    }

    internal static SignedNotice Sign(string body, string secret = "s", DateTimeOffset? at = null)
    {
        var raw = Encoding.UTF8.GetBytes(body);
        var stamp = (at ?? Now).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var hash = System.Security.Cryptography.HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes(stamp + "."), .. raw]);
        return new SignedNotice(raw, new Dictionary<string, string>
        {
            ["X-SePay-Timestamp"] = stamp,
            ["X-SePay-Signature"] = $"sha256={Convert.ToHexStringLower(hash)}",
        });
    }

    private static BankNotice Read(INoticeProvider provider, SignedNotice signed) =>
        provider.Read(signed.Body, Header(signed), ["new secret"], Now).Accepted();

    private static (INoticeProvider Provider, SignedNotice Signed) Write(string name)
    {
        var provider = Array.Find(All, p => p.Name == name)!;
        return (provider, provider.Write(Notice, "new secret", Now));
    }

    private static Func<string, string?> Header(SignedNotice signed) => name => signed.Headers.GetValueOrDefault(name);

    private static JsonElement Vectors()
    {
        using var file = typeof(ProviderTests).Assembly.GetManifestResourceStream("bank_webhook_vectors.json")!;
        using var vectors = JsonDocument.Parse(file);
        return vectors.RootElement.Clone();
    }
}
