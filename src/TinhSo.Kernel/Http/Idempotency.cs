using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TinhSo.Kernel.Storage;

namespace TinhSo.Kernel.Http;

/// <summary>Marks routes that must be asked with an <c>Idempotency-Key</c> header.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class IdempotentAttribute : Attribute;

/// <summary>Lets a program repeat a request without repeating its effect.</summary>
/// <remarks>
/// The first answer to a key is kept and given again to the same request; another request with that key is refused,
/// and so is a repeat while the first is still being carried out. Answers of 5xx are not kept: those may be retried.
/// </remarks>
public static class Idempotency
{
    /// <summary>The name of the header.</summary>
    public const string Header = "Idempotency-Key";

    private const int KeyLengthMax = 100;

    /// <summary>A claim this old belonged to a process that died: the request may be carried out again.</summary>
    private static readonly TimeSpan ClaimLifetime = TimeSpan.FromMinutes(2);

    /// <summary>Has these routes need the header.</summary>
    public static TBuilder WithIdempotency<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder =>
        routes.WithMetadata(new IdempotentAttribute());

    /// <summary>Honours the header on routes that need it. Goes behind authentication.</summary>
    public static IApplicationBuilder UseIdempotency(
        this IApplicationBuilder app, Database database, TimeProvider clock)
    {
        var answers = new Answers(database, clock);
        return app.Use((http, next) => http.GetEndpoint()?.Metadata.GetMetadata<IdempotentAttribute>() is null
            ? next(http)
            : CarryOutOnce(http, next, answers));
    }

    private static async Task CarryOutOnce(HttpContext http, RequestDelegate next, Answers answers)
    {
        var key = http.Request.Headers[Header].ToString();
        if (key.Length is 0 or > KeyLengthMax)
        {
            await KernelRefusals.KeyMissing.ToProblem().ExecuteAsync(http);
            return;
        }
        var stop = http.RequestAborted;
        var caller = http.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "anonymous";
        var request = await Fingerprint(http.Request, stop);
        if (await answers.Claim(caller, key, request, ClaimLifetime, stop) is { } earlier)
        {
            await Repeat(http, earlier, request);
            return;
        }

        var body = http.Response.Body;
        using var kept = new MemoryStream();
        http.Response.Body = kept;
        var answered = false;
        try
        {
            await next(http);
            answered = true;
        }
        finally
        {
            http.Response.Body = body;
            // Kept even when the caller has hung up: that caller is the one who will ask again.
            await (answered && http.Response.StatusCode < 500
                ? answers.Keep(caller, key, http.Response.StatusCode, http.Response.ContentType, kept.ToArray())
                : answers.Forget(caller, key));
        }
        kept.Position = 0;
        await kept.CopyToAsync(body, stop);
    }

    private static Task Repeat(HttpContext http, Answer earlier, string request)
    {
        if (earlier.Request != request)
        {
            return KernelRefusals.KeyUsedDifferently.ToProblem().ExecuteAsync(http);
        }
        if (earlier.Status is not { } status)
        {
            return KernelRefusals.KeyInProgress.ToProblem().ExecuteAsync(http);
        }
        http.Response.Headers["Idempotency-Replayed"] = "true";
        return TypedResults.Text(earlier.Body, earlier.ContentType, statusCode: status).ExecuteAsync(http);
    }

    private static async Task<string> Fingerprint(HttpRequest request, CancellationToken stop)
    {
        request.EnableBuffering();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        hash.AppendData(await SHA256.HashDataAsync(request.Body, stop));
        request.Body.Position = 0;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed record Answer(string Request, int? Status, string? ContentType, string? Body);

    private sealed class Answers(Database database, TimeProvider clock)
    {
        /// <summary>Claims the key and answers null, or answers with what was claimed or kept before.</summary>
        public async Task<Answer?> Claim(
            string caller, string key, string request, TimeSpan lifetime, CancellationToken stop)
        {
            while (true)
            {
                if (await TryClaim(caller, key, request, lifetime, stop))
                {
                    return null;
                }
                // Nothing is found when the first has just given its claim up: then it is free to be claimed.
                if (await Find(caller, key, stop) is { } earlier)
                {
                    return earlier;
                }
            }
        }

        private async Task<bool> TryClaim(
            string caller, string key, string request, TimeSpan lifetime, CancellationToken stop)
        {
            using var turn = await database.EnterWrite(stop);
            var now = clock.GetUtcNow().UtcDateTime;
            await Execute("delete from kernel_idempotency where caller = @caller and key = @key and status is null "
                + "and created_at < @old", ("caller", caller), ("key", key), ("old", now - lifetime));
            return await Execute("insert into kernel_idempotency (caller, key, request, created_at) "
                + "values (@caller, @key, @request, @now) on conflict do nothing",
                ("caller", caller), ("key", key), ("request", request), ("now", now)) == 1;
        }

        public async Task Keep(string caller, string key, int status, string? contentType, byte[] body)
        {
            using var turn = await database.EnterWrite(CancellationToken.None);
            await Execute("update kernel_idempotency set status = @status, content_type = @type, body = @body "
                + "where caller = @caller and key = @key", ("caller", caller), ("key", key), ("status", status),
                ("type", contentType ?? "application/json"), ("body", System.Text.Encoding.UTF8.GetString(body)));
        }

        public async Task Forget(string caller, string key)
        {
            using var turn = await database.EnterWrite(CancellationToken.None);
            await Execute("delete from kernel_idempotency where caller = @caller and key = @key and status is null",
                ("caller", caller), ("key", key));
        }

        private async Task<Answer?> Find(string caller, string key, CancellationToken stop)
        {
            await using var connection = database.Connect();
            await connection.OpenAsync(stop);
            await using var command = Sql.Command(connection, null,
                "select request, status, content_type, body from kernel_idempotency "
                + "where caller = @caller and key = @key",
                ("caller", caller), ("key", key));
            await using var reader = await command.ExecuteReaderAsync(stop);
            return await reader.ReadAsync(stop)
                ? new(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetInt32(1),
                    reader.IsDBNull(2) ? null : reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3))
                : null;
        }

        private async Task<int> Execute(string sql, params (string Name, object Value)[] values)
        {
            await using var connection = database.Connect();
            await connection.OpenAsync(CancellationToken.None);
            await using var command = Sql.Command(connection, null, sql, values);
            return await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }
}
