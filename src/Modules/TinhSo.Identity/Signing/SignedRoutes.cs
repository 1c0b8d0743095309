using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Identity.Clients;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Signing;

/// <summary>Lets systems of others through to routes that must be signed only when they have signed.</summary>
internal static class SignedRoutes
{
    public static async Task Check(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<RequiresSignatureAttribute>() is not null
            && http.User.ClientId is { } client
            && await http.RequestServices.GetRequiredService<CheckSignature>()
                .Run(http.Request, client, http.RequestAborted) is { } refusal)
        {
            await refusal.ToProblem().ExecuteAsync(http);
            return;
        }
        await next(http);
    }
}
