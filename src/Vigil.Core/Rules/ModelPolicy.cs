namespace Vigil.Core.Rules;

/// <summary>What rules say about the model beside them.</summary>
/// <param name="State">
/// <see cref="RuleState.Active"/>, or <see cref="RuleState.Shadow"/>: its score is recorded and rules can name it, but its
/// thresholds have no effect.
/// </param>
/// <param name="Breaker">When it is put into shadow.</param>
public sealed record ModelPolicy(RuleState State, Breaker Breaker)
{
    public static ModelPolicy Default { get; } = new(RuleState.Active, Breaker.Default);
}
