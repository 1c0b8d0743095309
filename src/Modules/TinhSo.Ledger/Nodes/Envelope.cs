using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using TinhSo.Kernel.Http;
using TinhSo.Ledger.Writing;

namespace TinhSo.Ledger.Nodes;

/// <summary>An order on its way to the node that writes: one of these.</summary>
internal sealed record PassedOrder(
    AccountOrder? Open = null, TransferOrder? Post = null,
    IReadOnlyList<TransferOrder>? Linked = null, IReadOnlyList<TransferOrder>? Each = null)
{
    public AskedWork ToWork() => this switch
    {
        { Open: { } account } => new OpenAccount(account),
        { Post: { } transfer } => new PostTransfer(transfer),
        { Linked: { } all } => new PostLinked(all),
        { Each: { } each } => new PostEach(each),
        _ => throw new JsonException("An order was passed that asks for nothing."),
    };
}

/// <summary>What became of a passed order: one of these.</summary>
internal sealed record PassedAnswer(
    string? Refusal = null, LedgerAccount? Account = null, LedgerTransfer? Transfer = null,
    IReadOnlyList<LedgerTransfer>? Linked = null, IReadOnlyList<PassedAnswer>? Each = null)
{
    /// <summary>Whoever gets it does not know what became of the order.</summary>
    public static PassedAnswer Unknown { get; } = new(LedgerRefusals.Busy.Code);

    private static readonly FrozenDictionary<string, Refusal> Refusals = new[]
    {
        LedgerRefusals.IdUsedDifferently, LedgerRefusals.Malformed, LedgerRefusals.NoSuchAccount,
        LedgerRefusals.SameAccount, LedgerRefusals.NoSuchOriginal, LedgerRefusals.AlreadySettled,
        LedgerRefusals.Expired, LedgerRefusals.ExceedsReservation, LedgerRefusals.InsufficientFunds,
        LedgerRefusals.Overflow, LedgerRefusals.Busy,
    }.ToFrozenDictionary(refusal => refusal.Code);

    public static PassedAnswer Of<T>(Outcome<T> outcome, Func<T, PassedAnswer> given) where T : class =>
        outcome.Match(given, why => new PassedAnswer(why.Code));

    /// <summary>What it says to one who waits for this; what is not understood is as good as no answer.</summary>
    public Outcome<T> To<T>(T? given) where T : class =>
        Refusal is not null ? Refusals.GetValueOrDefault(Refusal, LedgerRefusals.Busy)
            : given is not null ? given : LedgerRefusals.Busy;
}

/// <summary>How letters and answers are written and read.</summary>
internal static class Envelope
{
    public static byte[] Write(IReadOnlyList<AskedWork> works) => JsonSerializer.SerializeToUtf8Bytes(
        works.Select(work => work.Pass()).ToArray(), EnvelopeJson.Default.PassedOrderArray);

    public static PassedOrder[] ReadOrders(ReadOnlySpan<byte> orders) =>
        JsonSerializer.Deserialize(orders, EnvelopeJson.Default.PassedOrderArray)!;

    public static byte[] Write(PassedAnswer[] answers) =>
        JsonSerializer.SerializeToUtf8Bytes(answers, EnvelopeJson.Default.PassedAnswerArray);

    public static PassedAnswer[] ReadAnswers(ReadOnlySpan<byte> answers) =>
        JsonSerializer.Deserialize(answers, EnvelopeJson.Default.PassedAnswerArray)!;
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(PassedOrder[]))]
[JsonSerializable(typeof(PassedAnswer[]))]
internal sealed partial class EnvelopeJson : JsonSerializerContext;
