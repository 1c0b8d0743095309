using TinhSo.Identity.Signing;

namespace TinhSo.Identity.Tests.Signing;

public class FieldTests
{
    private const string Sixteen = "\"a\" \"b\" \"c\" \"d\" \"e\" \"f\" \"g\" \"h\" \"i\" \"j\" \"k\" \"l\" \"m\" \"n\" \"o\" \"p\"";

    [Fact]
    public void The_example_of_the_standard_is_read()
    {
        // RFC 9421, section 2.3.
        const string header = "sig1=(\"@method\" \"@target-uri\" \"@authority\" \"content-digest\" \"cache-control\")"
            + ";created=1618884475;keyid=\"test-key-rsa-pss\"";

        var input = SignatureInput.Parse(header);

        Assert.NotNull(input);
        Assert.Equal("sig1", input.Label);
        Assert.Equal(["@method", "@target-uri", "@authority", "content-digest", "cache-control"], input.Components);
        Assert.Equal(1_618_884_475, input.Created);
        Assert.Equal("test-key-rsa-pss", input.KeyId);
        Assert.Equal(header["sig1=".Length..], input.Written);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sig1")]
    [InlineData("sig1=")]
    [InlineData("=(\"@method\");created=1;keyid=\"k\"")]
    [InlineData("Sig1=(\"@method\");created=1;keyid=\"k\"")]
    [InlineData("sig1=();created=1;keyid=\"k\"")]
    [InlineData("sig1=(\"@method\")")]
    [InlineData("sig1=(\"@method\");created=1")]
    [InlineData("sig1=(\"@method\");keyid=\"k\"")]
    [InlineData("sig1=(\"@method\");created=01;keyid=\"k\"")]
    [InlineData("sig1=(\"@method\");created=-1;keyid=\"k\"")]
    [InlineData("sig1=(\"@method\");created=1.0;keyid=\"k\"")]
    [InlineData("sig1=(\"@method\");created=\"1\";keyid=\"k\"")]
    [InlineData("sig1=(\"@method\");created=9999999999999999;keyid=\"k\"")]
    [InlineData("sig1=(\"@method\");created=1;keyid=k")]
    [InlineData("sig1=(\"@method\");created=1;keyid=\"k")]
    [InlineData("sig1=(\"@method\");created=1;keyid=\"\\k\"")]
    [InlineData("sig1=(\"@method\");created=1;keyid=\"\u00e9\"")]
    [InlineData("sig1=(\"@method\"); created=1;keyid=\"k\"")]
    [InlineData("sig1=( \"@method\");created=1;keyid=\"k\"")]
    [InlineData("sig1=(\"@method\"  \"@path\");created=1;keyid=\"k\"")]
    [InlineData("sig1=(\"@method\";req);created=1;keyid=\"k\"")]
    [InlineData("sig1=(\"@method\" \"@method\");created=1;keyid=\"k\"")]
    [InlineData("sig1=(@method);created=1;keyid=\"k\"")]
    [InlineData("sig1=(\"@method\");created=1;keyid=\"k\";nonce")]
    [InlineData("sig1=(\"@method\");created=1;keyid=\"k\", sig2=(\"@method\");created=1;keyid=\"k\"")]
    [InlineData("sig1=(\"@method\");created=1;keyid=\"k\" ")]
    [InlineData($"sig1=({Sixteen} \"q\");created=1;keyid=\"k\"")]
    public void What_is_not_in_the_one_form_is_not_read(string header) => Assert.Null(SignatureInput.Parse(header));

    [Fact]
    public void Sixteen_parts_and_two_thousand_letters_are_the_most()
    {
        Assert.NotNull(SignatureInput.Parse($"sig1=({Sixteen});created=1;keyid=\"k\""));
        Assert.NotNull(SignatureInput.Parse(Padded(2_000)));
        Assert.Null(SignatureInput.Parse(Padded(2_001)));

        static string Padded(int length)
        {
            const string start = "sig1=(\"@method\");created=1;keyid=\"";
            return $"{start}{new string('k', length - start.Length - 1)}\"";
        }
    }

    [Theory]
    [InlineData("sha-256=:4REjxQ4yrqUVicfSKYNO/cF9zNj5ANbzgDZt3/h3Qxo=:", true)]
    [InlineData("sha-512=:AAAA:, sha-256=:4REjxQ4yrqUVicfSKYNO/cF9zNj5ANbzgDZt3/h3Qxo=:", true)]
    [InlineData("sha-256=4REjxQ4yrqUVicfSKYNO/cF9zNj5ANbzgDZt3/h3Qxo=", false)]
    [InlineData("sha-256=:4REjxQ4yrqUVicfSKYNO/cF9zNj5ANbzgDZt3/h3Qxo:", false)]
    [InlineData("sha-256=:4REjxQ4yrqUVicfSKYNO/cF9zNj5ANbzgDZt3/h3Qxp=:", false)]
    [InlineData("sha-256=: 4REjxQ4yrqUVicfSKYNO/cF9zNj5ANbzgDZt3/h3Qxo=:", false)]
    [InlineData("SHA-256=:4REjxQ4yrqUVicfSKYNO/cF9zNj5ANbzgDZt3/h3Qxo=:", false)]
    [InlineData("sha-256=:4REjxQ4yrqUVicfSKYNO/cF9zNj5ANbzgDZt3/h3Qxo=:,", false)]
    [InlineData("sha-512=:AAAA:", false)]
    [InlineData("", false)]
    public void A_digest_is_read_in_its_one_form(string header, bool isRead) =>
        Assert.Equal(isRead, CheckSignature.DigestIn(header) is { Length: 32 });
}
