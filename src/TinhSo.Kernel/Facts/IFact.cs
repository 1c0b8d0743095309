using System.Text.Json;
using System.Text.Json.Serialization;

namespace TinhSo.Kernel.Facts;

/// <summary>Something that happened in one module, which others may act on.</summary>
/// <remarks>
/// A published fact is kept for ever under its <see cref="Name"/>: to change its shape, publish a new one
/// beside it, such as <c>payments.payment-received.v2</c>, until nobody hears the old.
/// </remarks>
public interface IFact
{
    /// <summary>The name under which the fact is stored, such as <c>payments.payment-received.v1</c>.</summary>
    static abstract string Name { get; }
}

/// <summary>Acts on a fact of another module.</summary>
/// <remarks>
/// <see cref="Hear"/> only changes tracked entities: the dispatcher saves them in the transaction that marks
/// the delivery done, so the effect happens exactly once, however often the attempt is repeated. Facts of one
/// dispatch may be heard in one such transaction, so look for entities with <c>Find</c>, which also finds unsaved ones.
/// </remarks>
public interface IHear<in TFact> where TFact : IFact
{
    /// <summary>Applies <paramref name="fact"/> to this module's entities.</summary>
    Task Hear(TFact fact, CancellationToken stop);
}

/// <summary>Acts on every fact of the platform by its name, for who counts without knowing the modules.</summary>
/// <remarks>The promises of <see cref="IHear{TFact}"/> hold here too.</remarks>
public interface IHearAll
{
    /// <summary>Takes in one fact.</summary>
    Task Hear(NamedFact fact, CancellationToken stop);
}

/// <summary>A fact as it is stored.</summary>
/// <param name="Id">Sorts by the time it was published.</param>
/// <param name="Name">Its stable name and version.</param>
/// <param name="Body">Its JSON, as the schema in docs/facts describes it.</param>
/// <param name="OccurredAt">When it was saved, UTC.</param>
public sealed record NamedFact(Guid Id, string Name, string Body, DateTimeOffset OccurredAt);

internal static class FactJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
