using Microsoft.AspNetCore.Localization;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Host.Web;

/// <summary>Remembers the language that a visitor chose, without script.</summary>
internal static class LanguageChoice
{
    public const string Cookie = "tinhso.language";

    public static void MapLanguageChoice(this WebApplication app) =>
        app.MapGet("/language", (HttpContext http, string? to, string? back) =>
        {
            var chosen = new RequestCulture(Language.Vietnamese, to == "en" ? Language.English : Language.Vietnamese);
            http.Response.Cookies.Append(Cookie, CookieRequestCultureProvider.MakeCookieValue(chosen),
                new CookieOptions
                {
                    MaxAge = TimeSpan.FromDays(365),
                    IsEssential = true,
                    SameSite = SameSiteMode.Lax,
                    HttpOnly = true,
                    Secure = http.Request.IsHttps,
                });
            return TypedResults.LocalRedirect(LocalPath.Of(back));
        }).AllowAnonymous().ExcludeFromDescription();
}
