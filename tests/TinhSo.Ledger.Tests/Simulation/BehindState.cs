using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>What a batch gives to be written behind, kept before the next batch is decided on the same desk.</summary>
internal sealed record Given(long UpTo, bool HasBalances)
{
    public static Given Of(Batch batch) => new(batch.From + batch.Transfers.Count, batch.Touched.Count > 0);
}

/// <summary>Tells whether the engine's write-behind has something to write, from what it was given.</summary>
internal sealed class BehindState
{
    private bool isSignalled;
    private bool hasBalances;
    private bool isInRound;
    private bool roundHadBalances;
    private long roundUpTo;
    private long position;
    private long written;

    public bool MustWrite => isInRound || (isSignalled && (hasBalances || position > written));

    public void Begun(Taken taken)
    {
        (position, written) = (taken.Position, taken.Position - taken.Replayed);
        hasBalances = taken.Behind.Accounts.Count > 0;
        isSignalled = true;
    }

    public void Noted(Given given)
    {
        position = given.UpTo;
        hasBalances |= given.HasBalances;
        isSignalled = true;
    }

    public void Arrived(Piece piece)
    {
        if (!isInRound)
        {
            (isInRound, roundHadBalances, roundUpTo) = (true, hasBalances, position);
            (hasBalances, isSignalled) = (false, false);
        }
        Claim.Require(piece.UpTo is null || piece.UpTo == roundUpTo,
            $"Balances up to {piece.UpTo} are written, where {roundUpTo} was expected.");
    }

    public void Released(Piece piece, bool isDone)
    {
        if (!isDone)
        {
            // All of the round is tried again.
            hasBalances |= roundHadBalances;
            (isInRound, isSignalled) = (false, true);
        }
        else if (piece.UpTo is not null)
        {
            written = roundUpTo;
            isInRound = false;
        }
    }
}
