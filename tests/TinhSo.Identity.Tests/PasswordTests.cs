using System.Buffers.Binary;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests;

public class PasswordTests
{
    private static readonly string UserName = TestApp.UserName(Roles.Leader, Units.Province);
    private static readonly Guid Leader = Ids.From("test.person", UserName);

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task When_more_rounds_are_asked_for_each_password_is_kept_anew_with_its_next_sign_in(Engine engine)
    {
        var database = TestDatabase.New(engine);
        await using (var before = new TestApp(database))
        {
            using var leader = await before.SignedIn(Roles.Leader, Units.Province);
            Assert.Equal(1_000u, await Rounds(before));
        }
        await using var after = new TestApp(database, null, ("SignIn:PasswordRounds", "2000"));

        using var again = await after.SignedIn(Roles.Leader, Units.Province);
        Assert.Equal(2_000u, await Rounds(after));
        using var once = await after.SignedIn(Roles.Leader, Units.Province);
    }

    [Fact]
    public async Task Production_does_not_start_with_few_rounds()
    {
        await using var app = new TestApp(Engine.Sqlite, null, ("environment", "Production"), ("SignIn:SecondFactor", "required"),
            ("Keys:columns", $"own:{Convert.ToBase64String(new byte[32])}"));

        var refused = Assert.ThrowsAny<Exception>(() => app.Services);

        Assert.Contains("SignIn:PasswordRounds", refused.ToString(), StringComparison.Ordinal);
    }

    // The framework keeps: one byte for the form, four for the function, four for the rounds.
    private static Task<uint> Rounds(TestApp app) => app.Tables<IdentityDb, uint>(async db =>
        BinaryPrimitives.ReadUInt32BigEndian(Convert.FromBase64String(
            await db.People.Where(one => one.Id == Leader).Select(one => one.PasswordHash).SingleAsync(Stop)).AsSpan(5)));
}
