using System.Diagnostics;
using System.Formats.Asn1;
using System.Numerics;
using System.Text;

namespace TinhSo.Identity.Tests.Signing;

/// <summary>A pair of keys that openssl made and signs with, in a folder of its own.</summary>
internal sealed class OpenSsl : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tinhso-openssl-");

    private OpenSsl(string publicPem, string privatePem) => (PublicPem, PrivatePem) = (publicPem, privatePem);

    public string PublicPem { get; }

    public string PrivatePem { get; }

    /// <summary>A pair on P-256, unless other arguments of <c>openssl genpkey</c> are given.</summary>
    public static OpenSsl NewPair(params string[] kind)
    {
        var privatePem = Encoding.ASCII.GetString(Run([],
            ["genpkey", .. kind.Length > 0 ? kind : ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]]));
        var publicPem = Encoding.ASCII.GetString(Run(Encoding.ASCII.GetBytes(privatePem), ["pkey", "-pubout"]));
        return new OpenSsl(publicPem, privatePem);
    }

    /// <summary>A signature by <c>openssl dgst -sha256 -sign</c>, in the DER that it writes.</summary>
    public byte[] SignToDer(string text)
    {
        var key = Path.Combine(folder.FullName, "key.pem");
        File.WriteAllText(key, PrivatePem);
        return Run(Encoding.ASCII.GetBytes(text), ["dgst", "-sha256", "-sign", key]);
    }

    /// <summary>The same as the two numbers of 32 bytes each, as RFC 9421 wants it.</summary>
    public byte[] Sign(string text)
    {
        var pair = new AsnReader(SignToDer(text), AsnEncodingRules.DER).ReadSequence();
        return [.. Fixed(pair.ReadInteger()), .. Fixed(pair.ReadInteger())];
    }

    /// <summary>The digest of a body by <c>openssl dgst</c>.</summary>
    public static byte[] Digest(byte[] body, string algorithm = "-sha256") => Run(body, ["dgst", algorithm, "-binary"]);

    public void Dispose() => folder.Delete(recursive: true);

    private static byte[] Fixed(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    private static byte[] Run(byte[] input, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        var complaint = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.ToArray() : throw new InvalidOperationException(complaint);
    }
}
