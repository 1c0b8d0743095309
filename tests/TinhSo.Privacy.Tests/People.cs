using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Testing;

namespace TinhSo.Privacy.Tests;

/// <summary>People of these tests, beside those that hold a role.</summary>
internal static class People
{
    /// <summary>Who holds a role at the province, as <see cref="TestApp.SignedIn"/> makes that person.</summary>
    public static Guid Of(string role) => Ids.From("test.person", TestApp.UserName(role, Units.Province));

    /// <summary>Gives somebody who holds a role a phone and other data.</summary>
    public static async Task Describe(TestApp app, string role, string? born = null)
    {
        foreach (var (field, value) in new[]
        {
            (PersonalField.Phone, "0912345678"), (PersonalField.Email, "thu@example.vn"),
            (PersonalField.PersonalId, "022085012345"), (PersonalField.BirthDate, born ?? "31/05/1985"),
        })
        {
            var outcome = await app.With<IPersonalRecords, Outcome<PersonalRecord>>(
                records => records.Correct(Of(role), field, value, TestContext.Current.CancellationToken));
            Assert.False(outcome.IsRefused(out _, out _));
        }
    }
}
