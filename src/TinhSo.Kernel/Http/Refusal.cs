using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace TinhSo.Kernel.Http;

/// <summary>A request the platform understood and, for a reason the caller can act on, will not carry out.</summary>
/// <param name="Code">A stable name, such as <c>ledger.insufficient-funds</c>: clients branch on it.</param>
/// <param name="Title">One sentence for people, the same every time.</param>
/// <param name="Status">The HTTP status it is answered with.</param>
public sealed record Refusal(string Code, Text Title, int Status = StatusCodes.Status409Conflict)
{
    /// <summary>Each field that is at fault, and what is wrong with it; empty when no field is.</summary>
    public IReadOnlyDictionary<string, Text> Fields { get; init; } = new Dictionary<string, Text>();

    /// <summary>What is particular to this occurrence, for people; null when the title says all.</summary>
    public Text? Detail { get; init; }

    /// <summary>The RFC 9457 answer, whose <c>type</c> is a page that explains the refusal.</summary>
    public ProblemHttpResult ToProblem()
    {
        var extensions = new Dictionary<string, object?>();
        if (Fields.Count > 0)
        {
            extensions["errors"] = Fields.ToDictionary(f => f.Key, f => new[] { f.Value.ToString() });
        }
        return TypedResults.Problem(
            type: $"/problems/{Code}",
            title: Title.ToString(),
            detail: Detail?.ToString(),
            statusCode: Status,
            extensions: extensions);
    }
}

/// <summary>The refusals that any part of the platform may answer.</summary>
public static class KernelRefusals
{
    /// <summary>Some field is missing or wrong; <see cref="Refusal.Fields"/> names each.</summary>
    public static readonly Refusal Invalid = new("kernel.invalid",
        new("Có thông tin chưa đúng.", "Some of what was entered is not right."), StatusCodes.Status400BadRequest);

    /// <summary>There is no such thing, or not for this caller.</summary>
    public static readonly Refusal NotFound = new("kernel.not-found",
        new("Không tìm thấy.", "Not found."), StatusCodes.Status404NotFound);

    /// <summary>The caller is known and may not do this here.</summary>
    public static readonly Refusal Forbidden = new("kernel.forbidden",
        new("Bạn không có quyền làm việc này.", "You may not do this."), StatusCodes.Status403Forbidden);

    /// <summary>The same Idempotency-Key came with another request.</summary>
    public static readonly Refusal KeyUsedDifferently = new("kernel.idempotency-key-used-differently",
        new("Khóa Idempotency-Key đã dùng cho một yêu cầu khác.",
            "This Idempotency-Key was used for another request."), StatusCodes.Status422UnprocessableEntity);

    /// <summary>The first request with this Idempotency-Key is still being carried out.</summary>
    public static readonly Refusal KeyInProgress = new("kernel.idempotency-key-in-progress",
        new("Yêu cầu trước với cùng khóa đang được xử lý.",
            "The earlier request with this Idempotency-Key is still in progress."));

    /// <summary>A request that changes something must carry an Idempotency-Key.</summary>
    public static readonly Refusal KeyMissing = new("kernel.idempotency-key-missing",
        new("Cần có tiêu đề Idempotency-Key.", "An Idempotency-Key header is needed."),
        StatusCodes.Status400BadRequest);
}

/// <summary>An outcome, whatever of.</summary>
internal interface IOutcome
{
    /// <summary>Whether it is a refusal, so that nothing may have changed.</summary>
    bool HasRefusal { get; }
}

/// <summary>Either what was asked for, or why it was refused.</summary>
public readonly struct Outcome<T> : IOutcome where T : class
{
    private readonly T? value;
    private readonly Refusal? refusal;

    bool IOutcome.HasRefusal => refusal is not null;

    private Outcome(T? value, Refusal? refusal) => (this.value, this.refusal) = (value, refusal);

    /// <summary>Continues with whichever it is.</summary>
    public TResult Match<TResult>(Func<T, TResult> accepted, Func<Refusal, TResult> refused)
    {
        return value is not null ? accepted(value)
            : refused(refusal ?? throw new InvalidOperationException("An outcome was never given a value."));
    }

    /// <summary>Whether it was refused, and then why; otherwise what was asked for.</summary>
    public bool IsRefused(out Refusal why, out T given)
    {
        why = refusal!;
        given = value!;
        return refusal is not null;
    }

#pragma warning disable CA1000, CA2225 // The conversions are the point: "return refusal;" and "return value;".
    /// <summary>Accepted.</summary>
    public static implicit operator Outcome<T>(T value) => new(value, null);

    /// <summary>Refused.</summary>
    public static implicit operator Outcome<T>(Refusal refusal) => new(null, refusal);
#pragma warning restore CA1000, CA2225
}
