using System.Text.RegularExpressions;

namespace TinhSo.Rules;

/// <summary>No secret is kept with the source.</summary>
public sealed partial class SecretTests
{
    // Each with what it finds, pieced together so that it does not find itself here.
    private static readonly (Regex Pattern, string Example)[] Kinds =
    [
        (PrivateKey(), "-----BEGIN EC " + "PRIVATE KEY-----\nMHcC"),
        (PrivateKey(), "-----BEGIN " + "PRIVATE KEY-----"),
        (CloudKey(), "AK" + "IAIOSFODNN7EXAMPLE"),
        (ClientKey(), "tsk_" + new string('0', 32) + "_" + new string('A', 43)),
        (ForgeToken(), "gh" + "p_" + new string('a', 36)),
        (ForgeToken(), "glp" + "at-" + new string('a', 20)),
        (ChatToken(), "xo" + "xb-123456789012-abcdef"),
        (SignedToken(), "ey" + "JhbGciOiJIUzI1NiJ9.ey" + "JzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"),
        (Password(), "Host=db;Pass" + "word=hunter2;Database=x"),
        (Password(), "\"pass" + "word\": \"hunter22\""),
        (Password(), "PASS" + "WORD=hunter2"),
    ];

    [Fact]
    public void No_tracked_file_holds_a_key_a_token_or_a_password()
    {
        var found = new List<string>();
        var looked = 0;
        foreach (var file in Tree.Files.Where(file => !Binary().IsMatch(file)))
        {
            looked++;
            var text = File.ReadAllText(Tree.PathOf(file));
            found.AddRange(from kind in Kinds.Select(kind => kind.Pattern).Distinct()
                           from Match match in kind.Matches(text)
                           where !IsExcused(file, match.Value)
                           select $"{file}: {match.Value[..Math.Min(12, match.Length)]}…");
        }
        Assert.Empty(found);
        Assert.True(looked > 500, "The scan sees the tree.");
    }

    [Fact]
    public void Each_kind_of_secret_is_found() =>
        Assert.All(Kinds, kind => Assert.Matches(kind.Pattern, $"x = {kind.Example} "));

    // What tests make up and sign in with opens nothing but a database of their own.
    private static bool IsExcused(string file, string found) =>
        file.StartsWith("tests/", StringComparison.Ordinal) && Password().IsMatch(found) && !PrivateKey().IsMatch(found);

    [GeneratedRegex("-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")]
    private static partial Regex CloudKey();

    [GeneratedRegex(@"\btsk_[0-9a-f]{32}_[A-Za-z0-9_-]{43}")]
    private static partial Regex ClientKey();

    [GeneratedRegex(@"\bgh[pousr]_[A-Za-z0-9]{36}\b|\bglpat-[A-Za-z0-9_-]{20}\b")]
    private static partial Regex ForgeToken();

    [GeneratedRegex(@"\bxox[abprs]-[0-9A-Za-z-]{10,}")]
    private static partial Regex ChatToken();

    [GeneratedRegex(@"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}")]
    private static partial Regex SignedToken();

    // A value that stands there itself: in quotation marks, or without a space as in settings, where nothing is left out
    // (…) or taken from elsewhere.
    [GeneratedRegex("""(?i)\b(?:password|passwd|pwd|secret)"?\s*[:=]\s*"(?![$@{<…])[^"\s{]{6,}"|"""
        + """\b(?:password|passwd|pwd|secret)=(?![$@{<…"'(.])[A-Za-z0-9!#%^&*+/_-]{6,}(?=[;,&\s"']|$)""")]
    private static partial Regex Password();

    [GeneratedRegex(@"\.(png|jpg|ico|woff2?|pdf|svg)$")]
    private static partial Regex Binary();
}
