using Microsoft.AspNetCore.Http;
using TinhSo.Identity.Access;
using TinhSo.Identity.Clients;
using TinhSo.Identity.SignIn;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Tests.Clients;

public class CallerTests
{
    private const string Unit = "market:1";

    private static readonly ClientRow Client = new()
    {
        Id = Guid.CreateVersion7(),
        Name = "Ngân hàng thử",
        Organisation = "Ngân hàng A",
        Unit = Unit,
        Scopes = "billing.read payments.read",
        CreatedAt = default,
        CreatedBy = "system",
    };

    [Fact]
    public void A_client_is_no_person_and_signs_with_its_own_name()
    {
        var caller = CallerOf(Client);

        Assert.Null(caller.PersonId);
        Assert.Equal("Ngân hàng thử", caller.Name);
        Assert.Equal($"client:{Client.Id}", caller.Signature);
    }

    [Fact]
    public void A_client_may_use_its_scopes_at_its_unit_and_at_no_other()
    {
        var caller = CallerOf(Client);

        Assert.True(caller.May("billing.read", Unit));
        Assert.False(caller.May("billing.read", "market:2"));
        Assert.False(caller.May("billing.read", Units.Province));
        Assert.False(caller.May("billing.cancel", Unit));
        Assert.Equal([Unit], caller.UnitsFor("payments.read"));
        Assert.Empty(caller.UnitsFor("billing.cancel"));
        Assert.Empty(caller.UnitsFor("account.own"));
    }

    // No roles are read for a client, so nothing stands behind the scopes.
    private static Caller CallerOf(ClientRow client)
    {
        var http = new DefaultHttpContext { User = ClientClaims.PrincipalOf(client, "test") };
        return new Caller(new HttpContextAccessor { HttpContext = http }, null!, TimeProvider.System,
            new SecondFactorPolicy(IsDemanded: true));
    }
}
