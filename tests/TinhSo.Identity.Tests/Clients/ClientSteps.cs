using System.Net.Http.Headers;
using System.Text.Json;
using TinhSo.Kernel.Http;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests.Clients;

/// <summary>What tests do with systems of others.</summary>
internal static class ClientSteps
{
    /// <summary>Registers one over the API as an administrator, and returns its first key.</summary>
    public static async Task<(Guid Id, Guid KeyId, string Key)> Register(
        this HttpClient administrator, string scope, string unit = Units.Province, string? publicKey = null, int? days = null)
    {
        var id = Guid.CreateVersion7();
        var issued = await administrator.Do("/api/v1/clients", Body(id, scope, unit, publicKey, days));
        return (id, issued.GetProperty("id").GetGuid(), issued.GetProperty("key").GetString()!);
    }

    public static object Body(Guid id, string scope, string unit = Units.Province, string? publicKey = null, int? days = null) =>
        new { id, name = "Ngân hàng thử", organisation = "Ngân hàng A", unit, scopes = scope.Split(' '), days, publicKey };

    /// <summary>A program that comes with a key.</summary>
    public static HttpClient With(this TestApp app, string key)
    {
        var client = app.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>The keys of a client as the API lists them, newest first.</summary>
    public static async Task<List<JsonElement>> Keys(this HttpClient administrator, Guid id) =>
        [.. (await administrator.Get($"/api/v1/clients/{id}")).GetProperty("keys").EnumerateArray()];
}
