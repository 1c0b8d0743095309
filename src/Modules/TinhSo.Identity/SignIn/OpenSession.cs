using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TinhSo.Identity.People;
using TinhSo.Identity.SecondFactors;
using TinhSo.Identity.Sessions;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.SignIn;

/// <summary>Signs people in: pages by a cookie, programs by a bearer token.</summary>
internal static class OpenSession
{
    internal sealed record Request(string? UserName, string? Password, string? Code = null);

    /// <summary>The JSON twin of the sign-in page: answers with a bearer token of one hour.</summary>
    public static async Task<Results<SignInHttpResult, ProblemHttpResult>> Handle(
        Request request, RegisterPerson people, Factors factors, KeepSessions sessions, CancellationToken stop)
    {
        var person = await people.Recognise(request.UserName ?? "", request.Password ?? "", stop);
        if (person is null)
        {
            return IdentityRefusals.WrongSignIn.ToProblem();
        }
        var proof = Proof.Password;
        if (await factors.AreAsked(person.Id, stop))
        {
            if (string.IsNullOrWhiteSpace(request.Code))
            {
                return IdentityRefusals.CodeNeeded.ToProblem();
            }
            if (await factors.Check(person.Id, request.Code, stop) is not { } proved)
            {
                return IdentityRefusals.WrongCode.ToProblem();
            }
            proof = proved;
        }
        var session = await sessions.Begin(person.Id, SessionKind.Program, proof, stop);
        return TypedResults.SignIn(PrincipalOf(person, session, BearerTokenDefaults.AuthenticationScheme),
            authenticationScheme: BearerTokenDefaults.AuthenticationScheme);
    }

    /// <summary>Ends the session of a page.</summary>
    /// <remarks>Reads a form field, which makes the framework check the antiforgery token.</remarks>
    public static async Task<RedirectHttpResult> End(
        HttpContext http, KeepSessions sessions, [FromForm] string? back)
    {
        await sessions.EndPresent(http.RequestAborted);
        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return TypedResults.LocalRedirect(LocalPath.Of(back));
    }

    /// <summary>Begins the session of a page.</summary>
    public static async Task Begin(HttpContext http, KeepSessions sessions, Person person, Proof proof)
    {
        var session = await sessions.Begin(person.Id, SessionKind.Pages, proof, http.RequestAborted);
        await http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme,
            PrincipalOf(person, session, CookieAuthenticationDefaults.AuthenticationScheme));
    }

    private static ClaimsPrincipal PrincipalOf(Person person, Guid session, string scheme) => new(new ClaimsIdentity(
        [new(ClaimTypes.NameIdentifier, $"{person.Id}"), new(ClaimTypes.Name, person.Name),
            new(KeepSessions.Claim, $"{session}")], scheme));
}
