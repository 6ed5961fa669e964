namespace Vigil.Core.Decisions;

/// <summary>What moved the score of one decision: exact Shapley values, of which none is left out.</summary>
/// <param name="Margin">The score before it is squeezed into [0, 1]; see <see cref="Models.Model.Margin"/>.</param>
/// <param name="Bias">The margin of a payment of which nothing is known; with all contributions it sums to the margin.</param>
/// <param name="Contributions">One by feature, the largest first, whichever way it moved.</param>
public sealed record Explanation(float Margin, float Bias, IReadOnlyList<Contribution> Contributions)
{
    /// <summary>Those that moved the score towards fraud, the strongest first.</summary>
    public IEnumerable<Contribution> Towards => Contributions.Where(c => c.Moved > 0);

    /// <summary>Those that moved it away, the strongest first.</summary>
    public IEnumerable<Contribution> Against => Contributions.Where(c => c.Moved < 0);
}
