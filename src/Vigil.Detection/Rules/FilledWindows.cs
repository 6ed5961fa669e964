using Vigil.Core.Features;

namespace Vigil.Detection.Rules;

/// <summary>Windows that were filled from the record, as far as it went.</summary>
/// <param name="Group">The windows.</param>
/// <param name="Sequence">The last transaction that they know.</param>
/// <param name="LabelId">The last label that they know.</param>
public sealed record FilledWindows(RuleGroup Group, long Sequence, long LabelId);
