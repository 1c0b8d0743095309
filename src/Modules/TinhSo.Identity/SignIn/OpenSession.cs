using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TinhSo.Identity.People;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.SignIn;

/// <summary>Signs people in: pages by a cookie, programs by a bearer token.</summary>
internal static class OpenSession
{
    internal sealed record Request(string? UserName, string? Password);

    /// <summary>The JSON twin of the sign-in page: answers with a bearer token of one hour.</summary>
    public static async Task<Results<SignInHttpResult, ProblemHttpResult>> Handle(
        Request request, RegisterPerson people, CancellationToken stop)
    {
        var person = await people.Recognise(request.UserName ?? "", request.Password ?? "", stop);
        return person is null
            ? IdentityRefusals.WrongSignIn.ToProblem()
            : TypedResults.SignIn(PrincipalOf(person, BearerTokenDefaults.AuthenticationScheme),
                authenticationScheme: BearerTokenDefaults.AuthenticationScheme);
    }

    /// <summary>Ends the session of a page.</summary>
    /// <remarks>Reads a form field, which makes the framework check the antiforgery token.</remarks>
    public static async Task<RedirectHttpResult> End(HttpContext http, [FromForm] string? back)
    {
        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return TypedResults.LocalRedirect(LocalPath.Of(back));
    }

    /// <summary>Begins the session of a page.</summary>
    public static Task Begin(HttpContext http, Person person) => http.SignInAsync(
        CookieAuthenticationDefaults.AuthenticationScheme,
        PrincipalOf(person, CookieAuthenticationDefaults.AuthenticationScheme));

    private static ClaimsPrincipal PrincipalOf(Person person, string scheme) => new(new ClaimsIdentity(
        [new(ClaimTypes.NameIdentifier, person.Id.ToString()), new(ClaimTypes.Name, person.Name)], scheme));
}
