using TinhSo.Kernel.Http;

namespace TinhSo.Payments.Moves;

/// <summary>A step that moves money out: proposed by one person, approved by another.</summary>
internal interface IProposed
{
    StepState State { get; set; }

    string ProposedBy { get; }

    string? ApprovedBy { get; set; }

    DateTimeOffset? ApprovedAt { get; set; }
}

/// <summary>The second person's answer, under the same rule wherever money goes out.</summary>
internal static class FourEyes
{
    /// <summary>Takes the answer, and tells whether it changed anything.</summary>
    /// <param name="step">Held by the caller until the end of the transaction.</param>
    /// <param name="approved">Or else rejected, which the proposer may do too.</param>
    /// <param name="by">Who answers.</param>
    /// <param name="now">When.</param>
    /// <param name="refusal">Why it is not taken; null when it is, or was before.</param>
    public static bool Take(this IProposed step, bool approved, string by, DateTimeOffset now, out Refusal? refusal)
    {
        refusal = null;
        if (step.State is not StepState.Proposed)
        {
            // Approving again answers as the first time; anything else is too late.
            var isRepeated = approved && step.ApprovedBy == by && step.State is StepState.Ordered or StepState.Done;
            refusal = isRepeated ? null : PaymentRefusals.NotProposed;
            return false;
        }
        if (step.ProposedBy == by && approved)
        {
            refusal = PaymentRefusals.SamePerson;
            return false;
        }
        step.State = approved ? StepState.Ordered : StepState.Rejected;
        if (approved)
        {
            step.ApprovedBy = by;
            step.ApprovedAt = now;
        }
        return true;
    }
}

/// <summary>How far a step that moves money has come.</summary>
internal enum StepState
{
    /// <summary>Waits for a second person.</summary>
    Proposed,

    /// <summary>Given to the ledger.</summary>
    Ordered,

    /// <summary>The ledger has it.</summary>
    Done,

    /// <summary>The second person said no.</summary>
    Rejected,

    /// <summary>The ledger refused.</summary>
    Failed,
}
