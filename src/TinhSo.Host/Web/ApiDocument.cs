using Microsoft.OpenApi;

namespace TinhSo.Host.Web;

/// <summary>The OpenAPI 3.1 document of everything under /api/v1.</summary>
internal static class ApiDocument
{
    public static void AddApiDocument(this IServiceCollection services) =>
        services.AddOpenApi("v1", options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.ShouldInclude = description =>
                description.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) is true;
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new()
                {
                    Title = "TinhSo",
                    Version = "v1",
                    Description = "The province's services on one ledger and one log of facts. Errors are problem+json "
                        + "(RFC 9457); amounts are whole đồng; times are UTC; lists are pages by cursor.",
                    License = new() { Name = "Apache-2.0", Identifier = "Apache-2.0" },
                };
                document.Servers = [];
                document.Components ??= new();
                document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                {
                    ["bearer"] = new OpenApiSecurityScheme
                    {
                        Type = SecuritySchemeType.Http,
                        Scheme = "bearer",
                        Description = "A person's token from POST /api/v1/sessions, or the key of a service client.",
                    },
                };
                return Task.CompletedTask;
            });
        });
}
