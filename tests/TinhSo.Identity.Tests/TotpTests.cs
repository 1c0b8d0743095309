using System.Diagnostics;
using System.Globalization;
using System.Text;
using TinhSo.Identity.SecondFactors;

namespace TinhSo.Identity.Tests;

public class TotpTests
{
    /// <summary>RFC 6238, appendix B, of which apps show the last six digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code) =>
        Assert.Equal(code, Totp.Code(Encoding.ASCII.GetBytes("12345678901234567890"),
            Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Fact]
    public async Task Codes_of_new_secrets_are_those_that_oathtool_shows()
    {
        for (var round = 0; round < 5; round++)
        {
            var secret = Totp.NewSecret();
            var seconds = 1_790_000_000L + (round * 12_345);
            using var oathtool = Process.Start(new ProcessStartInfo("oathtool",
                ["--totp", "--base32", $"--now=@{seconds.ToString(CultureInfo.InvariantCulture)}", secret])
            {
                RedirectStandardOutput = true,
            })!;
            var shown = (await oathtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim();

            Assert.Equal(shown, Totp.Code(Totp.FromBase32(secret),
                Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-30, true)]
    [InlineData(30, true)]
    [InlineData(-60, false)]
    [InlineData(60, false)]
    public void A_phones_clock_may_be_half_a_minute_wrong(int phoneIsAheadBy, bool counts)
    {
        var (secret, now) = (Totp.NewSecret(), new DateTimeOffset(2026, 11, 23, 2, 0, 15, TimeSpan.Zero));
        var typed = Totp.Code(Totp.FromBase32(secret), Totp.StepAt(now.AddSeconds(phoneIsAheadBy)));

        Assert.Equal(counts, Totp.Match(secret, $" {typed[..3]} {typed[3..]} ", now, after: 0) is not null);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("abcdef")]
    [InlineData("１２３４５６")]
    public void What_is_no_code_matches_nothing(string? typed) =>
        Assert.Null(Totp.Match(Totp.NewSecret(), typed, DateTimeOffset.UnixEpoch.AddYears(50), after: 0));
}
