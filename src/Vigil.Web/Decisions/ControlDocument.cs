using Vigil.Core.Decisions;
using Vigil.Storage.Cases;

namespace Vigil.Web.Decisions;

/// <summary>That the model would have blocked a payment while a share of those was reviewed instead, to learn what they truly are.</summary>
/// <param name="Propensity">The probability with which such a payment is reviewed instead.</param>
/// <param name="LetThrough">Whether this one was: it belongs to the control group.</param>
public sealed record ControlDocument(float Propensity, bool LetThrough)
{
    /// <summary>Of a decision; null where no control group had a say.</summary>
    internal static ControlDocument? Of(DecisionRecord record) =>
        record.Propensity is { } propensity ? new ControlDocument(propensity, record.Summary.Outcome != Outcome.Block) : null;
}
