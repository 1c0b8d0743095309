using System.Text.Json;
using TinhSo.Testing;

namespace TinhSo.Journeys.Tests;

/// <summary>An operation of the API document.</summary>
internal sealed record Operation(HttpMethod Method, string Path, string[] Queries, string[] Properties)
{
    /// <summary>All of them.</summary>
    public static async Task<IReadOnlyList<Operation>> All(HttpClient client)
    {
        var document = await client.Get("/openapi/v1.json");
        var schemas = document.GetProperty("components").GetProperty("schemas");
        return [.. from path in document.GetProperty("paths").EnumerateObject()
                   from method in path.Value.EnumerateObject()
                   select new Operation(HttpMethod.Parse(method.Name), path.Name,
                       [.. Parameters(method.Value)
                           .Where(one => one.GetProperty("in").GetString() == "query")
                           .Select(one => one.GetProperty("name").GetString()!)],
                       [.. PropertiesOf(method.Value, schemas)])];
    }

    private static JsonElement.ArrayEnumerator Parameters(JsonElement operation) =>
        operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : default;

    private static IEnumerable<string> PropertiesOf(JsonElement operation, JsonElement schemas) =>
        // A file has no properties.
        operation.TryGetProperty("requestBody", out var body)
            && body.GetProperty("content").TryGetProperty("application/json", out var json)
            ? schemas.GetProperty(json.GetProperty("schema").GetProperty("$ref").GetString()!.Split('/')[^1])
                .GetProperty("properties").EnumerateObject().Select(property => property.Name)
            : [];

    /// <summary>The path with ids of what there is, so that what is wrong with a body is looked at.</summary>
    public string Existing(Tour tour)
    {
        var id = Path.Split('/') switch
        {
            [.., "markets", "{id}"] or [.., "markets", "{id}", _] => tour.Town.MarketId,
            [.., "stalls", "{id}", _] => tour.Town.Stalls["A-001"],
            [.., "bills", "{id}"] or [.., "bills", "{id}", _] => tour.Bills[2],
            [.., "suspense", "{id}", _] => tour.Waiting,
            [.., "shifts", "{id}"] or [.., "shifts", "{id}", _] => tour.Shift,
            [.., "signs", "{id}"] => tour.Town.SignId,
            [.., "approvals", "{id}"] or [.., "approvals", "{id}", _] => tour.Proposed,
            [.., "organisations", "{id}"] or [.., "organisations", "{id}", _]
                or [.., "organisations", "{id}", _, _] => tour.Town.OrganisationId,
            [.., "people", "{id}"] or [.., "people", "{id}", _] or [.., "people", "{id}", _, _] =>
                Kernel.Ids.From("journeys.person", tour.Town.Manager.UserName),
            [.., "webhooks", "messages", "{id}"] or [.., "webhooks", "messages", "{id}", _] => tour.Message,
            [.., "webhooks", "{id}"] or [.., "webhooks", "{id}", _] => tour.Webhook,
            [.., "billers", "{id}"] or [.., "billers", "{id}", _] or [.., "billers", "{id}", _, _] => tour.Town.BillerId,
            [.., "claims", "{id}"] or [.., "claims", "{id}", _] or [.., "claims", "{id}", _, _] => tour.Claim,
            [.., "imports", "{id}"] or [.., "imports", "{id}", _] => tour.Import,
            [.., "partners", "{id}"] => tour.Partner,
            // Confirming takes one right word, so that any file that is there would be booked by it.
            [.., "partner-files", "{id}"] or [.., "partner-files", "{id}", "lines" or "faults"] => tour.PartnerFile,
            [.., "clients", "{id}"] or [.., "clients", "{id}", _] => tour.Client,
            _ => Guid.Empty,
        };
        return Path.Replace("{id}", id.ToString(), StringComparison.Ordinal)
            .Replace("{idOrCode}", "7K2QX9M4T", StringComparison.Ordinal)
            .Replace("{code}", "market.fees.collected", StringComparison.Ordinal)
            + (Path is "/api/v1/bills" or "/api/v1/tariffs" ? $"?unit={tour.Town.Market}" : "");
    }
}
