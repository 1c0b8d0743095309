using System.Runtime.CompilerServices;

namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>Something is not as it must be.</summary>
internal sealed class SimulationException(string message) : Exception(message);

/// <summary>Demands what must hold. The words are only put together when it does not.</summary>
internal static class Claim
{
    public static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new SimulationException(otherwise);
        }
    }

    public static void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ref Words otherwise)
    {
        if (!holds)
        {
            throw new SimulationException(otherwise.ToString());
        }
    }

    [InterpolatedStringHandler]
    internal ref struct Words
    {
        private DefaultInterpolatedStringHandler words;

        public Words(int literalLength, int formattedCount, bool holds, out bool areNeeded)
        {
            areNeeded = !holds;
            words = holds ? default : new DefaultInterpolatedStringHandler(literalLength, formattedCount);
        }

        public void AppendLiteral(string text) => words.AppendLiteral(text);

        public void AppendFormatted<T>(T value) => words.AppendFormatted(value);

        public override string ToString() => words.ToStringAndClear();
    }
}
